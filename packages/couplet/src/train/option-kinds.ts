/** Refuses options of training that are of another kind than they should be: callers in JavaScript have no compiler. */
import { CoupletError } from "../error.ts";
import type { TrainOptions } from "./options.ts";

type Kind = "a function" | "an AbortSignal" | "true or false" | "an array of names";

const kinds: { readonly [Name in keyof TrainOptions]?: Kind } = {
  onEpoch: "a function",
  onEvent: "a function",
  rowsOfEpoch: "a function",
  contextOfEpoch: "a function",
  signal: "an AbortSignal",
  stop: "an AbortSignal",
  standardise: "true or false",
  columns: "an array of names",
};

const isOf: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  "a function": (value) => typeof value === "function",
  // Of another realm's too.
  "an AbortSignal": (value) =>
    typeof value === "object" &&
    value !== null &&
    "aborted" in value &&
    "addEventListener" in value,
  "true or false": (value) => typeof value === "boolean",
  "an array of names": (value) =>
    Array.isArray(value) && value.every((name) => typeof name === "string"),
};

/**
 * Nothing, when options that are functions, signals, switches or names are.
 *
 * @throws CoupletError USAGE
 */
export function checkKinds(options: TrainOptions): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const value: unknown = options[name as keyof TrainOptions];
    if (value === undefined || isOf[kind](value)) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `fit: ${name}`,
      expected: kind,
      received: value === null ? "null" : (JSON.stringify(value) ?? typeof value),
    });
  }
}
