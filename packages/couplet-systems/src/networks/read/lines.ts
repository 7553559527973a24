import { CoupletError } from "couplet/kit";
import { isDecimal } from "../../decimal.ts";

/** A line of a text file with its number, comments and blank lines left out. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** The lines with content. `comment` begins a line without any. */
export function meaningfulLines(text: string, comment = "#"): Line[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter((line) => line.text !== "" && !(comment !== "" && line.text.startsWith(comment)));
}

/** The error for a line that does not fit, as `file:line`. */
export function badLine(
  where: string,
  line: number,
  expected: string,
  received: string,
  hint?: string,
): never {
  throw new CoupletError({
    code: "FILE_INVALID",
    where: `${where}:${line}`,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Fields separated by white space; double quotes keep blanks together. */
export function fields(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

/** @throws CoupletError FILE_INVALID for fields of {@link fields} of which one begins with a quote that nothing closes */
export function closedQuotes(parts: readonly string[], line: Line, where: string): void {
  if (parts.some((part) => part.startsWith('"')))
    badLine(where, line.number, "a closing quote", `"${line.text}"`);
}

/** A list of strings that has its first N entries. */
export type AtLeast<N extends 1 | 2 | 3 | 4> = {
  1: readonly [string, ...string[]];
  2: readonly [string, string, ...string[]];
  3: readonly [string, string, string, ...string[]];
  4: readonly [string, string, string, string, ...string[]];
}[N];

/** Whether `parts` has `least` entries. */
export function hasAtLeast<N extends 1 | 2 | 3 | 4>(
  parts: readonly string[],
  least: N,
): parts is AtLeast<N> {
  return parts.length >= least;
}

/**
 * The fields of a line, `least` to `most` of them.
 * @throws CoupletError FILE_INVALID with the line and what was `expected`
 */
export function lineFields<N extends 1 | 2 | 3 | 4>(
  line: Line,
  [least, most]: readonly [N, number],
  where: string,
  expected: string,
): AtLeast<N> {
  const parts = fields(line.text);
  closedQuotes(parts, line, where);
  if (!hasAtLeast(parts, least) || parts.length > most)
    badLine(where, line.number, expected, `${parts.length} fields: "${line.text}"`);
  return parts;
}

/** A finite decimal number, or an error with the line. */
export function numberField(field: string, where: string, line: number, what: string): number {
  const value = isDecimal(field) ? Number(field) : Number.NaN;
  if (!Number.isFinite(value)) badLine(where, line, `a number for the ${what}`, `"${field}"`);
  return value;
}
