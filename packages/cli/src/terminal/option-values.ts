/** Values of options, checked where they are given. */
import { InvalidArgumentError, Option } from "commander";
import type { ColumnType } from "couplet/table";
import { OUTPUT_FORMATS } from "../output/formats/row-sink.ts";

/** An integer from `least` to `most`. */
export function integerBetween(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll("_", ""));
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most)
      return value;
    const upTo = most === Number.MAX_SAFE_INTEGER ? "up" : `to ${most}`;
    throw new InvalidArgumentError(`Expected an integer from ${least} ${upTo}.`);
  };
}

/** A number between two others, ends included. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    const upTo = most === Infinity ? "up" : `to ${most}`;
    throw new InvalidArgumentError(`Expected a number from ${least} ${upTo}.`);
  };
}

/** "auto", or a fraction below a half. */
export function contaminationValue(text: string): number | "auto" {
  return text === "auto" ? text : numberBetween(0, 0.499)(text);
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** A number of parameters: 20000, 20k, 1.5M. */
export function parameterBudget(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([km]?)\s*$/i.exec(text);
  const value = match === null ? 0 : Math.round(Number(match[1]) * UNITS[match[2]!.toLowerCase()]!);
  if (value >= 1) return value;
  throw new InvalidArgumentError("Expected a number of parameters such as 20000 or 20k.");
}

/** Integers separated by commas. */
export function integerList(least: number, most: number): (text: string) => number[] {
  const one = integerBetween(least, most);
  return (text) => text.split(",").map((part) => one(part));
}

/** Shares between 0 and 1, separated by commas. */
export function shareList(text: string): number[] {
  return text.split(",").map((part) => {
    const value = Number(part);
    if (part.trim() !== "" && value > 0 && value < 1) return value;
    throw new InvalidArgumentError("Expected shares between 0 and 1 such as 0.1,0.5,0.9.");
  });
}

/** An amount of memory: 1GB, 500MB, 2GiB. */
export function byteCount(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]i?|)b?\s*$/i.exec(text);
  if (match === null)
    throw new InvalidArgumentError("Expected an amount of memory such as 1GB or 500MB.");
  return Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
}

/** Names separated by commas; the option may be repeated. */
export function nameList(text: string, before: readonly string[] | undefined): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Expected names separated by commas.");
  return [...(before ?? []), ...names];
}

/** column=type, several separated by commas, repeatable. */
export function columnTypes(
  text: string,
  before: Readonly<Record<string, ColumnType>> | undefined,
): Record<string, ColumnType> {
  const types = new Map(Object.entries(before ?? {}));
  for (const part of text.split(",")) {
    const at = part.lastIndexOf("=");
    if (at < 1)
      throw new InvalidArgumentError("Expected column=type, such as age=category,zip=text.");
    const [name, type] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (!TYPES.includes(type as ColumnType))
      throw new InvalidArgumentError(
        `Expected a column type (${TYPES.join(", ")}), got ${JSON.stringify(type)}.`,
      );
    if (types.has(name) && types.get(name) !== type)
      throw new InvalidArgumentError(
        `Expected each column once, got ${JSON.stringify(name)} as ${types.get(name)} and as ${type}.`,
      );
    types.set(name, type as ColumnType);
  }
  // Entries become properties of their own, also one that is called __proto__.
  return Object.fromEntries(types);
}

/** `COLUMN_TYPES` of the library, which the options of the command do not load; a test holds them equal. */
export const TYPES: readonly ColumnType[] = [
  "number",
  "integer",
  "category",
  "ordered",
  "boolean",
  "date",
  "datetime",
  "constant",
  "identifier",
  "text",
];

/** The values so far with one more column's: a second one of the same column would silently replace the first. */
function withOnce<T>(
  before: Readonly<Record<string, T>> | undefined,
  name: string,
  value: T,
): Record<string, T> {
  if (before !== undefined && Object.hasOwn(before, name))
    throw new InvalidArgumentError(`Expected each column once, got ${JSON.stringify(name)} twice.`);
  // Entries become properties of their own, also one that is called __proto__.
  return Object.fromEntries([...Object.entries(before ?? {}), [name, value]]);
}

/** column=value, repeatable. */
export function condition(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError('Expected column=value, such as contract="Two year".');
  return withOnce(before, text.slice(0, at).trim(), text.slice(at + 1));
}

/** column=value with a number, repeatable. */
export function targetOf(
  text: string,
  before: Readonly<Record<string, number>> | undefined,
): Record<string, number> {
  const at = text.lastIndexOf("=");
  const value = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("Expected column=number, such as strength=60.");
  return withOnce(before, text.slice(0, at).trim(), value);
}

/** column=low..high, repeatable. */
export function rangeOf(
  text: string,
  before: Readonly<Record<string, readonly [number, number]>> | undefined,
): Record<string, readonly [number, number]> {
  const match = /^(.+)=([^=]+?)\.\.([^=]+)$/.exec(text);
  const [low, high] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || !Number.isFinite(low) || !Number.isFinite(high) || low > high)
    throw new InvalidArgumentError("Expected column=low..high, such as water=140..180.");
  return withOnce(before, match[1]!.trim(), [low, high]);
}

/** One character; \t is a tab. */
export function oneCharacter(text: string): string {
  const character = text === String.raw`\t` ? "\t" : text;
  if (character.length === 1) return character;
  throw new InvalidArgumentError(String.raw`Expected one character; \t is a tab.`);
}

/** --threads, with its twin in the environment. */
export function threadsOption(): Option {
  return new Option("--threads <n>", "worker threads (default: one for each core)")
    .env("COUPLET_THREADS")
    .argParser(integerBetween(1, 256));
}

/** --seed, with its twin in the environment. */
export function seedOption(description: string): Option {
  return new Option("--seed <n>", description).env("COUPLET_SEED").argParser(integerBetween(0));
}

/** --format of the verbs that write rows, predictions or scores. */
export function formatOption(written: string): Option {
  return new Option(
    "--format <format>",
    `format of the ${written} (default: by the output's ending; CSV; a table on a terminal)`,
  ).choices(OUTPUT_FORMATS);
}

/** --json. */
export function jsonOption(description = "one JSON object on standard output"): Option {
  return new Option("--json", description);
}
