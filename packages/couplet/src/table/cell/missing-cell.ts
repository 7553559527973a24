import type { Column } from "../table.ts";
import { readNumber } from "./read-number.ts";

/** Spellings that mean "no value" unless the caller says otherwise; compared without case and outer spaces. */
export const DEFAULT_MISSING: readonly string[] = [
  "",
  "?",
  "-",
  "--",
  "—",
  "–",
  "NA",
  "N/A",
  "#N/A",
  "<NA>",
  "NaN",
  "null",
  "NULL",
  "nil",
  "None",
  "n.a.",
  "\\N",
  "missing",
];

/** Of these, words that a column of words may have for values: NA is Namibia, and no guarantor is "none". */
const WORDS: ReadonlySet<string> = new Set(["na", "none", "nil", "missing"]);

/** Whether a spelling of a missing cell may be a word. */
export function mayBeWord(text: string): boolean {
  return text.length <= 16 && WORDS.has(text.trim().toLowerCase());
}

/**
 * A test for missing text under the given spellings. A spelling that is a number stands for that number however it is written:
 * "-999" for -999.0, too.
 */
export function missingTest(spellings: readonly string[]): (text: string) => boolean {
  const known = new Set(spellings.map((s) => s.trim().toLowerCase()));
  const numbers = numbersAmong(spellings);
  // The longest spelling bounds the work on long texts.
  const longest = Math.max(0, ...[...known].map((s) => s.length));
  return (text) => {
    if (numbers.size > 0 && numbers.has(readNumber(text))) return true;
    if (text.length > longest + 16) return false;
    const trimmed = text.trim();
    return trimmed.length <= longest && known.has(trimmed.toLowerCase());
  };
}

/**
 * The column with NaN in the numbers and dates that a spelling stands for: -999 for "-999", the last day of 9999 for "9999-12-31".
 * Text stays as it is, and so does a column without such cells.
 */
export function blankMissing(source: Column, spellings: readonly string[]): Column {
  if (source.kind === "text") return source;
  const marks =
    source.origin === "number"
      ? numbersAmong(spellings)
      : source.origin === "date"
        ? datesAmong(spellings)
        : new Set<number>();
  if (marks.size === 0 || !source.values.some((value) => marks.has(value))) return source;
  return { ...source, values: source.values.map((value) => (marks.has(value) ? NaN : value)) };
}

function numbersAmong(spellings: readonly string[]): ReadonlySet<number> {
  return new Set(spellings.map(readNumber).filter((value) => !Number.isNaN(value)));
}

/** Milliseconds since 1970 of the spellings that are days. */
function datesAmong(spellings: readonly string[]): ReadonlySet<number> {
  return new Set(
    spellings
      .filter((text) => /^\d{4}-\d{2}-\d{2}$/.test(text.trim()))
      .map((text) => Date.parse(`${text.trim()}T00:00Z`))
      .filter((ms) => !Number.isNaN(ms)),
  );
}
