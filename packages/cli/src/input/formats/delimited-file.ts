/** CSV and TSV files, read by DuckDB under a header and a delimiter that were found out first. */
import { CoupletError } from "couplet";
import { csvRecords, likelyDelimiter, looksLikeData, remarkLines } from "./csv-records.ts";
import { databaseError } from "../database-error.ts";
import type { Database, Selected } from "../database.ts";
import { exactPath, quoteName, quoteText } from "../database.ts";
import { checkText } from "./file-format.ts";
import { HEAD_BYTES } from "./file-head.ts";
import type { FileHead } from "./file-head.ts";
import type { FoundFile } from "../find-files.ts";
import type { Encoding, InputOptions } from "../input-options.ts";
import type { FileReader } from "../table-input.ts";

/** What opening a file may remark. */
type Remark = (text: string) => void;

/** @throws CoupletError DATA_INVALID, FILE_INVALID for an empty file or a header that cannot be */
export async function delimitedFile(
  file: FoundFile,
  head: FileHead,
  kind: "csv" | "tsv",
  options: InputOptions,
  database: Database,
  remark: Remark,
): Promise<FileReader> {
  const path = file.name;
  const encoding = options.encoding ?? encodingOf(head);
  const beginning = await headText(file, head, encoding, database);
  const { whole } = beginning;
  if (beginning.text.trim() === "") throw emptyFile(path);
  const said = options.delimiter ?? (kind === "tsv" ? "\t" : undefined);
  const skip = options.skipLines ?? remarkLines(beginning.text, said, whole);
  const text = beginning.text
    .split(/(?<=\n)/)
    .slice(skip)
    .join("");
  if (text.trim() === "") throw emptyFile(path);
  if (skip > 0 && options.skipLines === undefined)
    remark(
      `${path}: the first ${skip === 1 ? "line is a remark" : `${skip} lines are remarks`} (#) and skipped`,
    );
  const { escape = '"' } = options;
  const delimiter = said ?? likelyDelimiter(text, whole, escape);
  const [first = []] = csvRecords(text, delimiter, whole, escape);
  if (first.length === 0) throw whole ? emptyFile(path) : longHeader(path);
  const header = options.header ?? !looksLikeData(first);
  if (!header && options.header === undefined) {
    remark(
      `${path}: the first line is all numbers, so it is taken as data, and the columns are called c0, c1, ...; --header takes it as names`,
    );
  }
  if (header && options.header === undefined) warnOfNumbers(path, first, remark);
  const names = header ? checkedNames(path, first, remark) : first.map((_, i) => `c${i}`);
  const mixed = mixedLineEnds(text);
  if (mixed)
    remark(`${path}: lines end in different ways; numbers of lines in messages may be too high`);
  const source =
    `read_csv(${quoteText(exactPath(file.path))}, auto_detect = false, hive_partitioning = false, skip = ${skip}, header = ${header}, delim = ${quoteText(delimiter)}, quote = '"', escape = ${quoteText(escape)}, ` +
    `strict_mode = ${!mixed}, encoding = '${encoding}', compression = '${head.compression}', max_line_size = ${longestLine(first)}` +
    `${options.skipBadRows === true ? ", ignore_errors = true, store_rejects = true" : ""}, ` +
    `columns = {${names.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(", ")}})`;
  const selected = (wanted: readonly string[]): Selected[] =>
    wanted.map((name) => ({ name, kind: "text", sql: quoteName(name) }));
  return {
    path,
    names,
    select: (wanted) =>
      `SELECT ${selected(wanted)
        .map(({ name, sql }) => `${sql} AS ${quoteName(name)}`)
        .join(", ")} FROM ${source}`,
    async *chunks(wanted) {
      try {
        yield* database.chunks(selected(wanted), source);
      } catch (cause) {
        throw databaseError(cause, path, names);
      }
    },
  };
}

/** Bytes of the longest line that is read. DuckDB takes 16 times as much for its buffer, so it is large only where lines are. */
function longestLine(record: readonly string[]): number {
  const length = record.reduce((sum, cell) => sum + cell.length + 1, 0);
  return Math.min(2 ** 25, Math.max(2 ** 21, 2 ** Math.ceil(Math.log2(64 * length))));
}

/** A byte order mark says UTF-16; so does every second byte being zero. */
export function encodingOf({ bytes }: FileHead): Encoding {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return "utf-16";
  let zeros = 0;
  const looked = Math.min(bytes.length, 1000);
  for (let i = 0; i < looked; i++) if (bytes[i] === 0) zeros++;
  return zeros > looked / 4 ? "utf-16" : "utf-8";
}

async function headText(
  file: FoundFile,
  head: FileHead,
  encoding: Encoding,
  database: Database,
): Promise<{ text: string; whole: boolean }> {
  const path = file.name;
  const { bytes, compression, whole } = head;
  if (compression === "zstd") {
    try {
      const lines = await database.rows(
        `SELECT * FROM read_csv(${quoteText(exactPath(file.path))}, auto_detect = false, hive_partitioning = false, columns = {'line': 'VARCHAR'}, delim = '\x1f', quote = '', escape = '', ` +
          `header = false, strict_mode = false, compression = 'zstd', encoding = '${encoding}') LIMIT 30`,
      );
      return { text: lines.map(([line]) => line ?? "").join("\n"), whole: lines.length < 30 };
    } catch (cause) {
      throw databaseError(cause, path);
    }
  }
  if (encoding === "utf-16" && bytes[0] === 0xfe && bytes[1] === 0xff) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: path,
      expected: "UTF-8, Latin-1 or little-endian UTF-16",
      received: "big-endian UTF-16",
      hint: "Save the file as UTF-8.",
    });
  }
  const decoded =
    encoding === "utf-16"
      ? bytes.toString("utf16le")
      : bytes.toString(encoding === "latin-1" ? "latin1" : "utf8");
  checkText(path, decoded);
  return { text: decoded.replace(/^\uFEFF/, ""), whole };
}

/** Lines that end in different ways, as in files that were put together by hand: not for a strict reader. */
function mixedLineEnds(text: string): boolean {
  return text.includes("\r\n") && /[^\r]\n/.test(text);
}

/** Names that are numbers, years apart, may be a first row of data. */
function warnOfNumbers(path: string, record: readonly string[], remark: Remark): void {
  const numbers = record.filter(
    (cell) => looksLikeData([cell]) && !/^\s*(19|20)\d\d\s*$/.test(cell),
  );
  if (numbers.length === 0) return;
  remark(
    `${path}: the names in the first line have numbers among them (${numbers.slice(0, 3).join(", ")}); if it is data, say --no-header`,
  );
}

function checkedNames(path: string, record: readonly string[], remark: Remark): string[] {
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
      hint: "Rename one of them in the file's first line; if that line is data, use --no-header.",
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
