/** Tables from files, through DuckDB where it reads the format. Cells arrive as text; the library infers types. */
import { access, open } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { column, CoupletError, table } from "couplet";
import type { Table } from "couplet";
import { readNpy } from "./npy.ts";

/** Strict: a row of another length is an error with its line, not a guess. */
const strictCsv = (file: string, delimiter: string) =>
  `read_csv(${file}, all_varchar = true, header = true, skip = 0, strict_mode = true, delim = '${delimiter}')`;

/** What each ending is read with; compressed files keep theirs before `.gz` or `.zst`. */
const readers: Readonly<Record<string, (file: string, delimiter: string) => string>> = {
  ".csv": strictCsv,
  ".txt": strictCsv,
  ".tsv": (file) => strictCsv(file, "\t"),
  ".jsonl": (file) => `read_json(${file}, format = 'newline_delimited')`,
  ".ndjson": (file) => `read_json(${file}, format = 'newline_delimited')`,
  ".parquet": (file) => `read_parquet(${file})`,
};

const delimiters = [",", ";", "\t", "|"] as const;

/** The delimiter that the first line has most of; a comma where the file is compressed or a pattern. */
async function delimiterOf(file: string, plain: boolean): Promise<string> {
  if (!plain) return ",";
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const [line = ""] = buffer.toString("utf8", 0, bytesRead).split(/\r?\n/, 1);
    const count = (delimiter: string) => line.split(delimiter).length;
    return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best), ",");
  } finally {
    await handle.close();
  }
}

/**
 * Reads a whole table.
 *
 * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID, NOT_SUPPORTED
 */
export async function readTable(file: string): Promise<Table> {
  const isGlob = /[*?[]/.test(file);
  if (!isGlob) await mustExist(file);
  const ending = path.extname(file.replace(/\.(gz|zst)$/i, "")).toLowerCase();
  if (ending === ".npy") return readNpy(file);
  const source = readers[ending];
  if (source === undefined) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: file,
      expected: `a file ending in ${[...Object.keys(readers), ".npy"].join(", ")}`,
      received: ending === "" ? "no ending" : ending,
    });
  }
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    // Text for every cell: numbers keep their digits, and one inference serves all formats.
    const quoted = `'${file.replaceAll("'", "''")}'`;
    const result = await connection.runAndReadAll(
      `SELECT COLUMNS(*)::VARCHAR FROM ${source(quoted, await delimiterOf(file, !isGlob && !/\.(gz|zst)$/i.test(file)))}`,
    );
    const names = result.columnNames();
    const cells = result.getColumns() as (string | null)[][];
    return table(names.map((name, i) => column(name, cells[i] ?? [])));
  } catch (cause) {
    if (cause instanceof CoupletError) throw cause;
    throw new CoupletError({
      code: "FILE_INVALID",
      where: file,
      expected: `a readable ${ending.slice(1)} table`,
      received: (cause as Error).message.split("\n").slice(0, 3).join(" "),
      cause,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function mustExist(file: string): Promise<void> {
  try {
    await access(file);
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected: "a file",
      received: "no such file",
      cause,
    });
  }
}
