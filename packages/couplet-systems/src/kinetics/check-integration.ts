import { CoupletError } from "couplet/kit";
import type { IntegrateOptions } from "./integrate-options.ts";

/**
 * Refuses options of an integration that are not numbers, tolerances and steps that are not above 0, and lists of another length than
 * the states'.
 *
 * @param n number of states
 * @throws CoupletError USAGE, SHAPE_MISMATCH
 */
export function checkIntegration(options: IntegrateOptions, n: number): void {
  const { until, from = 0, absoluteTolerance = 1 } = options;
  const refuse = (name: string, expected: string, received: unknown): never => {
    throw new CoupletError({
      code: "USAGE",
      where: `integrate.${name}`,
      expected,
      received: typeof received === "string" ? `"${received}"` : String(received),
    });
  };
  for (const [name, value] of Object.entries({ until, from }))
    if (!Number.isFinite(value)) refuse(name, "a finite time", value);
  if (!Number.isFinite(until - from)) refuse("until", "a finite time away from the start", until);
  for (const name of ["relativeTolerance", "maxStep", "maxSteps"] as const) {
    const value = options[name] ?? 1;
    if (typeof value !== "number" || !(value > 0)) refuse(name, "a number above 0", value);
  }
  const least =
    typeof absoluteTolerance === "object" && absoluteTolerance !== null
      ? Array.from(absoluteTolerance)
      : [absoluteTolerance];
  for (const value of least)
    if (typeof value !== "number" || !(value >= 0))
      refuse("absoluteTolerance", "numbers from 0 on", value);
  if (typeof absoluteTolerance === "object")
    requireLength("integrate.absoluteTolerance", absoluteTolerance, n);
  if (options.initial !== undefined) requireLength("integrate.initial", options.initial, n);
}

/** @throws CoupletError SHAPE_MISMATCH for a list of another length */
export function requireLength(where: string, list: ArrayLike<number>, n: number): void {
  if (list.length === n) return;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `${n} numbers, one for each state`,
    received: String(list.length),
  });
}
