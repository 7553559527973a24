/** Opens files as one table. */
import { symlink } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import { endingOf, tableFormat } from "couplet/io";
import type { Table } from "couplet/table";
import { checkDistinct } from "../output/check-target.ts";
import { chosenColumns } from "./chosen-columns.ts";
import { Database } from "./database.ts";
import { databaseError } from "./database-error.ts";
import { readHead } from "./formats/file-head.ts";

import { findFiles } from "./find-files.ts";
import type { FoundFile } from "./find-files.ts";
import { COMMAND_WORDS, wholeFormat } from "./input-options.ts";
import type { InputOptions } from "./input-options.ts";
import { STANDARD_INPUT } from "./kept-input.ts";
import { rowsWithin } from "./row-range.ts";
import type { RowRange } from "./row-range.ts";
import type { FileReader, TableInput } from "./table-input.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

/** What opening a file may remark. */
type Remark = (text: string) => void;

/** A table that is open, with what is needed to do more with it. */
export interface OpenInput extends TableInput {
  readonly database: Database;
  /** The files that it reads, as they were named or matched; "-" is standard input. */
  readonly paths: readonly string[];
  /** A folder for temporary files, gone when the input is closed. */
  folder(): Promise<string>;
}

/**
 * Opens files (paths, patterns, "-" for standard input) as one table.
 *
 * @param remark gets what is worth saying about the files, a sentence each
 * @param once whether the rows are read once, in order: a stream of Arrow on standard input is then not kept
 * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID, NOT_SUPPORTED, DATA_INVALID
 */
export async function openInput(
  given: readonly string[],
  options: InputOptions,
  remark: (text: string) => void,
  { once = false }: { readonly once?: boolean } = {},
): Promise<OpenInput> {
  if (once && options.inputFormat === "arrow-stream" && given.join() === "-") {
    const { openArrowStream } = await import("./open-arrow-stream.ts");
    return openArrowStream(process.stdin, options, remark);
  }
  const database = await Database.open();
  let folder: Promise<TemporaryFolder> | undefined;
  const temporary = async () => (await (folder ??= temporaryFolder())).path;
  const close = async () => {
    database.close();
    await (await folder)?.remove();
  };
  try {
    const found = await Promise.all(
      (await findFiles(given, database, temporary, wholeFormat(options.inputFormat))).map(
        (file, i) => readableName(file, i, temporary),
      ),
    );
    const paths = found.map(({ name }) => (name === STANDARD_INPUT ? "-" : name));
    // Appending to a file while it is read (>> data.csv) would not end.
    await checkDistinct(undefined, paths);
    const files: FileReader[] = [];
    let bytes = 0;
    for (const packed of found) {
      const { file, head } = await unpacked(packed, temporary, remark);
      bytes += head.size * (head.compression === "none" ? 1 : 4);
      files.push(await openFile(file, head, options, database, temporary, remark));
    }
    sameColumns(files);
    if (files[0]!.names.length === 0) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: files[0]!.path,
        expected: "a table with columns",
        received: "none",
      });
    }
    const names = chosenColumns(files[0]!.names, options, files[0]!.path);
    const counted = new Map<FileReader, Promise<number>>();
    const rowsOf = (file: FileReader): Promise<number> => {
      const known = counted.get(file) ?? countRows(file, names.slice(0, 1), database);
      counted.set(file, known);
      return known;
    };
    const more = files.length > 1 ? ` and ${files.length - 1} more` : "";
    return {
      name: `${files[0]!.path}${more}`,
      names,
      files,
      bytes,
      paths,
      database,
      folder: temporary,
      chunks: (range) => chunksOf(files, names, range, rowsOf),
      async countRows() {
        let rows = 0;
        for (const file of files) rows += await rowsOf(file);
        return rows;
      },
      notices: () => rejected(options, database),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The rows of all files in order, or those of a range: readers that can go to them do. */
async function* chunksOf(
  files: readonly FileReader[],
  names: readonly string[],
  range: RowRange | undefined,
  rowsOf: (file: FileReader) => Promise<number>,
): AsyncGenerator<Table> {
  let before = 0;
  for (const file of files) {
    if (range === undefined) {
      yield* file.chunks(names);
      continue;
    }
    const rows = await rowsOf(file);
    const from = Math.max(0, range.from - before);
    const to = Math.min(rows, range.to - before);
    before += rows;
    if (from >= to) continue;
    if (file.takesRange === true) yield* file.chunks(names, { from, to });
    else yield* rowsWithin(file.chunks(names), { from, to });
  }
}

/**
 * A file under a name that DuckDB opens. Where a path has the characters of a pattern, it takes "\\" for a separator,
 * and such a name gets a link to go by.
 */
async function readableName(
  file: FoundFile,
  index: number,
  folder: () => Promise<string>,
): Promise<FoundFile> {
  const full = path.resolve(file.path);
  if (path.sep !== "/" || !(full.includes("\\") && /[*?[]/.test(full))) return file;
  const link = path.join(await folder(), `link-${index}${endingOf(file.name)}`);
  await symlink(full, link);
  return { ...file, path: link };
}

async function readable(file: FoundFile) {
  try {
    return await readHead(file.path);
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: file.name,
      expected: "a file that can be read",
      received: (cause as Error).message,
      cause,
    });
  }
}

/** A file as it can be read: unpacked where it is packed with gzip, looked through where DuckDB unpacks it. */
async function unpacked(file: FoundFile, folder: () => Promise<string>, remark: Remark) {
  const head = await readable(file);
  if (head.compression === "none") return { file, head };
  const { checkedZstd, unpackGzip } = await import("./formats/packed/unpack.ts");
  if (head.compression === "zstd") {
    const whole = await checkedZstd(file, folder);
    return { file: whole, head: whole === file ? head : await readable(whole) };
  }
  const whole = await unpackGzip(file, await folder(), remark);
  const inside = await readable(whole);
  if (inside.compression === "none") return { file: whole, head: inside };
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: file.name,
    expected: "a file that is compressed once",
    received: `${inside.compression} within gzip`,
    hint: "Unpack it first: gzip -d.",
  });
}

async function openFile(
  file: FoundFile,
  head: Awaited<ReturnType<typeof readHead>>,
  options: InputOptions,
  database: Database,
  temporary: () => Promise<string>,
  remark: Remark,
): Promise<FileReader> {
  const format = tableFormat(file.name, head, wholeFormat(options.inputFormat), COMMAND_WORDS);
  if (head.compression === "zstd" && ["npy", "npz", "arrow", "parquet"].includes(format)) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: file.name,
      expected: `a .${format} file as it is, or with gzip`,
      received: "zstd",
      hint: "Unpack it first: zstd -d.",
    });
  }
  switch (format) {
    case "csv":
    case "tsv": {
      const { delimitedFile } = await import("./formats/delimited-file.ts");
      return delimitedFile(file, head, format, options, database, remark);
    }
    case "parquet":
      return (await import("./formats/sql-file.ts")).parquetFile(file, database);
    case "json":
    case "jsonl": {
      const { jsonFile } = await import("./formats/sql-file.ts");
      return jsonFile(file, head, format, options.skipBadRows === true, database);
    }
    case "arrow":
      return (await import("./formats/arrow-file.ts")).arrowFile(file, remark);
    case "npy":
      return (await import("./formats/npy-file.ts")).npyFile(file);
    case "npz":
      return (await import("./formats/npy-file.ts")).npzFile(
        file,
        options.array,
        await temporary(),
      );
  }
}

function sameColumns(files: readonly FileReader[]): void {
  const [first, ...others] = files;
  for (const other of others) {
    const absent = first!.names.filter((name) => !other.names.includes(name));
    const added = other.names.filter((name) => !first!.names.includes(name));
    if (absent.length === 0 && added.length === 0) continue;
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: other.path,
      expected: `the columns of ${first!.path}`,
      received: [
        ...(absent.length > 0 ? [`none called ${absent.slice(0, 5).join(", ")}`] : []),
        ...(added.length > 0 ? [`besides ${added.slice(0, 5).join(", ")}`] : []),
      ].join(" and "),
      hint: "Files of one table need the same columns, in any order.",
    });
  }
}

async function countRows(
  file: FileReader,
  names: readonly string[],
  database: Database,
): Promise<number> {
  if (file.rows !== undefined) return file.rows;
  if (file.select !== undefined) {
    try {
      const [[count] = []] = await database.rows(`SELECT count(*) FROM (${file.select(names)})`);
      return Number(count);
    } catch (cause) {
      throw databaseError(cause, file.path, file.names);
    }
  }
  let rows = 0;
  for await (const chunk of file.chunks(names)) rows += chunk.rows;
  return rows;
}

async function rejected(options: InputOptions, database: Database): Promise<string[]> {
  if (options.skipBadRows !== true) return [];
  try {
    const [[count, line] = []] = await database.rows(
      "SELECT count(DISTINCT (scan_id, file_id, line)), min(line) FROM reject_errors WHERE scan_id = (SELECT max(scan_id) FROM reject_errors)",
    );
    return Number(count) > 0
      ? [`${count} rows that could not be read are skipped, the first in line ${line}`]
      : [];
  } catch {
    // Without a rejected row there is no such table.
    return [];
  }
}
