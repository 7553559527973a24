/** CSV and TSV files, read by DuckDB under a header and a delimiter that were found out first. */
import { CoupletError } from "couplet";
import { beginningText, delimitedLayout, encodingOf } from "couplet/io";
import type { Encoding, FileHead } from "couplet/io";
import { databaseError } from "../database-error.ts";
import type { Database, Selected } from "../database.ts";
import { exactPath, quoteName, quoteText } from "../database.ts";
import type { FoundFile } from "../find-files.ts";
import { COMMAND_WORDS } from "../input-options.ts";
import type { InputOptions } from "../input-options.ts";
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
  const { text, whole } = await headText(file, head, encoding, database);
  const { delimiter, escape, header, names, skip, mixedLineEnds, firstRecord } = delimitedLayout(
    path,
    text,
    whole,
    { ...options, delimiter: options.delimiter ?? (kind === "tsv" ? "\t" : undefined) },
    remark,
    COMMAND_WORDS,
  );
  const source =
    `read_csv(${quoteText(exactPath(file.path))}, auto_detect = false, hive_partitioning = false, skip = ${skip}, header = ${header}, delim = ${quoteText(delimiter)}, quote = '"', escape = ${quoteText(escape)}, ` +
    `strict_mode = ${!mixedLineEnds}, encoding = '${encoding}', compression = '${head.compression}', max_line_size = ${longestLine(firstRecord)}` +
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
    takesRange: true,
    async *chunks(wanted, range) {
      try {
        yield* database.chunks(selected(wanted), source, options.skipBadRows === true, range);
      } catch (cause) {
        throw databaseError(cause, path, names);
      }
    },
  };
}

/** Bytes of the longest line that is read. DuckDB takes 16 times as much for its buffer, so it is large only where lines are. */
function longestLine(length: number): number {
  return Math.min(2 ** 25, Math.max(2 ** 21, 2 ** Math.ceil(Math.log2(64 * length))));
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
  return { text: beginningText(bytes, whole, encoding, path, COMMAND_WORDS), whole };
}
