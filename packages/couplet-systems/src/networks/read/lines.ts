import { CoupletError } from "couplet/kit";

/** A line of a text file with its number, comments and blank lines left out. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** The lines that say something. `comment` is what a line that says nothing starts with. */
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
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]);
}

/** A finite number, or an error with the line. */
export function numberField(field: string, where: string, line: number, what: string): number {
  const value = Number(field);
  if (field.trim() === "" || !Number.isFinite(value))
    badLine(where, line, `a number for the ${what}`, `"${field}"`);
  return value;
}
