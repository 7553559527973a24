/** The beginning of a delimited file, taken apart: which delimiter, which header. */
import { CoupletError } from "../../error.ts";
import { HEAD_BYTES } from "../bytes/head.ts";
import { LIBRARY_WORDS } from "../option-words.ts";
import type { OptionWords } from "../option-words.ts";
import { RecordCutter } from "./records.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Records that are looked at. */
const MOST_RECORDS = 20;

/** What the caller says of a delimited file; the rest is found out. */
export interface LayoutOptions {
  /** One character. */
  readonly delimiter?: string | undefined;
  /** Whether the first line names the columns. */
  readonly header?: boolean | undefined;
  /** Lines before the header (or the data) that are no part of the table. */
  readonly skipLines?: number | undefined;
  /** The character that takes away the meaning of a quote within quotes. */
  readonly escape?: string | undefined;
}

/** How a delimited file is laid out. */
export interface DelimitedLayout {
  readonly delimiter: string;
  readonly escape: string;
  readonly header: boolean;
  readonly names: readonly string[];
  /** Lines to leave out at the beginning. */
  readonly skip: number;
  /** Lines end in different ways. */
  readonly mixedLineEnds: boolean;
  /** Lines end with "\r" alone. */
  readonly carriageReturns: boolean;
  /** Characters of the first record's cells. */
  readonly firstRecord: number;
}

/**
 * The layout of delimited text from its beginning.
 *
 * @param path the file's name, for messages
 * @param whole whether the text is the whole file
 * @param remark gets what is worth knowing, a sentence each
 * @param words how the caller's options are called, for hints
 * @throws CoupletError DATA_INVALID for an empty file and for names that come twice, FILE_INVALID for a first line without end, USAGE for
 *   a delimiter or an escape of more than one character
 */
export function delimitedLayout(
  path: string,
  beginning: string,
  whole: boolean,
  options: LayoutOptions,
  remark: (text: string) => void,
  words: OptionWords = LIBRARY_WORDS,
): DelimitedLayout {
  const { escape = '"' } = options;
  checkCharacter("delimiter", options.delimiter);
  checkCharacter("escape", options.escape);
  if (beginning.trim() === "") throw emptyFile(path);
  const skip = options.skipLines ?? remarkLines(beginning, options.delimiter, whole);
  const text = beginning
    .split(/(?<=\n)/)
    .slice(skip)
    .join("");
  if (text.trim() === "") throw emptyFile(path);
  if (skip > 0 && options.skipLines === undefined)
    remark(
      `${path}: the first ${skip === 1 ? "line is a remark" : `${skip} lines are remarks`} (#) and skipped`,
    );
  const delimiter = options.delimiter ?? likelyDelimiter(text, whole, escape);
  const [first = []] = firstRecords(text, delimiter, whole, escape);
  if (first.length === 0) throw whole ? emptyFile(path) : longHeader(path);
  const header = options.header ?? !looksLikeData(first);
  if (!header && options.header === undefined) {
    remark(
      `${path}: the first line is all numbers, so it is taken as data, and the columns are called c0, c1, ...; ${words.header} takes it as names`,
    );
  }
  if (header && options.header === undefined) warnOfNumbers(path, first, remark, words);
  const names = header ? checkedNames(path, first, remark, words) : first.map((_, i) => `c${i}`);
  const mixedLineEnds = linesEndDifferently(text);
  if (mixedLineEnds)
    remark(`${path}: lines end in different ways; numbers of lines in messages may be too high`);
  return {
    delimiter,
    escape,
    header,
    names,
    skip,
    mixedLineEnds,
    carriageReturns: endsWithReturns(text),
    firstRecord: first.reduce((sum, cell) => sum + cell.length + 1, 0),
  };
}

function checkCharacter(option: string, value: string | undefined): void {
  if (value === undefined || value.length === 1) return;
  throw new CoupletError({
    code: "USAGE",
    where: option,
    expected: "one character",
    received: JSON.stringify(value),
  });
}

/**
 * The first records of delimited text.
 *
 * @param whole whether the text is the whole file; otherwise its last record may be cut and is left out
 * @param escape what stands before a quote (or itself) within quotes
 */
function firstRecords(text: string, delimiter: string, whole: boolean, escape = '"'): string[][] {
  const cutter = new RecordCutter({ delimiter, escape, carriageReturns: endsWithReturns(text) });
  cutter.add(text, whole);
  const records: string[][] = [];
  while (records.length < MOST_RECORDS) {
    const record = cutter.next();
    if (record === undefined) break;
    // Empty lines are no records.
    if (record.cells.length > 1 || record.cells[0] !== "") records.push(record.cells);
  }
  return records;
}

/** Whether "\r" ends lines and "\n" none. */
function endsWithReturns(text: string): boolean {
  return text.includes("\r") && !text.includes("\n");
}

/** The delimiter under which the most records have as many cells as the first, then the one with the most cells. */
function likelyDelimiter(text: string, whole: boolean, escape = '"'): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const records = firstRecords(text, delimiter, whole, escape);
    const cells = records[0]?.length ?? 0;
    if (cells < 2) continue;
    const agreeing = records.filter((record) => record.length === cells).length / records.length;
    const score = agreeing + Math.min(cells, 100) / 1000;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** Whether a first record can only be data: every cell that is not empty is a number. */
function looksLikeData(record: readonly string[]): boolean {
  const cells = record.filter((cell) => cell.trim() !== "");
  return (
    cells.length > 0 &&
    cells.every((cell) => /^\s*[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?\s*$/i.test(cell))
  );
}

/**
 * Lines of remarks (# ...) before the header. One that has as many cells as the next line is a header itself.
 *
 * @param delimiter what it is, when that is known
 */
function remarkLines(text: string, delimiter: string | undefined, whole: boolean): number {
  const lines = text.split(/\r\n|\n|\r/);
  let count = 0;
  while (count < lines.length && lines[count]!.startsWith("#")) count++;
  if (count === 0 || count === lines.length) return 0;
  const rest = lines.slice(count - 1).join("\n");
  const cut = delimiter ?? likelyDelimiter(lines.slice(count).join("\n"), whole);
  const [last = [], next = []] = firstRecords(rest, cut, whole);
  return last.length === next.length && last.length > 1 ? count - 1 : count;
}

/** Lines that end in different ways, as in files that were put together by hand: not for a strict reader. */
function linesEndDifferently(text: string): boolean {
  // Line ends within quotes belong to cells.
  const bare = text.replaceAll(/"[^"]*"/g, '""');
  return bare.includes("\r\n") && /[^\r]\n/.test(bare);
}

/** Names that are numbers, years apart, may be a first row of data. */
function warnOfNumbers(
  path: string,
  record: readonly string[],
  remark: (text: string) => void,
  words: OptionWords,
): void {
  const numbers = record.filter(
    (cell) => looksLikeData([cell]) && !/^\s*(19|20)\d\d\s*$/.test(cell),
  );
  if (numbers.length === 0) return;
  remark(
    `${path}: the names in the first line have numbers among them (${numbers.slice(0, 3).join(", ")}); if it is data, say ${words.noHeader}`,
  );
}

function checkedNames(
  path: string,
  record: readonly string[],
  remark: (text: string) => void,
  words: OptionWords,
): string[] {
  const names = record.map((cell) => cell.trim());
  const unnamed = names.flatMap((name, i) => (name === "" ? [i] : []));
  for (const i of unnamed) names[i] = `column${i + 1}`;
  if (unnamed.length > 0) {
    remark(
      `${path}: ${unnamed.length} of ${names.length} columns without a name are called ${unnamed
        .map((i) => names[i])
        .slice(0, 3)
        .join(", ")}`,
    );
  }
  const places = new Map<string, number[]>();
  names.forEach((name, i) => places.set(name, [...(places.get(name) ?? []), i + 1]));
  const twice = [...places].filter(([, at]) => at.length > 1);
  if (twice.length > 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `${path}:1`,
      expected: "column names that are all different",
      received: twice
        .slice(0, 3)
        .map(([name, at]) => `${JSON.stringify(name)} as columns ${at.join(" and ")}`)
        .join(", "),
      hint: `Rename one of them in the file's first line; if that line is data, use ${words.noHeader}.`,
    });
  }
  return names;
}

/** A first line that goes on beyond all that is looked at. */
export function longHeader(path: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: path,
    expected: `a first line of at most ${HEAD_BYTES >> 10} kB`,
    received: "a longer one",
    hint: "Has it line ends, and are its columns not more than can be modelled? A quote that is not closed makes one line of many.",
  });
}

function emptyFile(path: string): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: path,
    expected: "a line of column names and rows",
    received: "an empty file",
  });
}
