/** Parquet and JSON files, which bring names and types of their own. */
import { open } from "node:fs/promises";
import { CoupletError } from "couplet";
import type { FileHead } from "couplet/io";
import { databaseError } from "../database-error.ts";
import type { Database, Selected } from "../database.ts";
import { exactPath, quoteName, quoteText } from "../database.ts";
import type { FoundFile } from "../find-files.ts";
import type { FileReader } from "../table-input.ts";

/** Files up to this size are read whole to learn the keys and types of their JSON. */
const JSON_SCAN_BYTES = 256 << 20;
const JSON_SAMPLE_ROWS = 100_000;

/** A Parquet file by its very name. */
export function parquetFile(file: FoundFile, database: Database): Promise<FileReader> {
  return parquetFiles(file.name, exactPath(file.path), database);
}

/**
 * The Parquet files that a pattern of DuckDB's matches, as one.
 *
 * @param name what messages call them
 * @param order SQL to order the rows by; that of the files when left out
 * @param where SQL that chooses rows: groups of rows whose statistics exclude it are not read. Of all rows when left out
 */
export async function parquetFiles(
  name: string,
  pattern: string,
  database: Database,
  order?: string,
  where?: string,
): Promise<FileReader> {
  const files = `read_parquet(${quoteText(pattern)}, hive_partitioning = false)`;
  const chosen = where === undefined ? "" : ` WHERE ${where}`;
  const source =
    order === undefined ? files : `(SELECT * FROM ${files}${chosen} ORDER BY ${order})`;
  try {
    const described = await database.rows(`DESCRIBE SELECT * FROM ${source}`);
    const columns: Selected[] = [];
    for (const [column, type] of described) {
      // By all rows: a piece of them has to be read as the whole is.
      columns.push(await selectedAs(column!, type!, files, database));
    }
    const rows = await countedRows(name, pattern, database);
    return reader(name, columns, source, database, where === undefined ? rows : undefined);
  } catch (cause) {
    throw databaseError(cause, name);
  }
}

/**
 * The rows that Parquet files say they have, where they agree with themselves: of the file, of its groups, of the columns in
 * these (lists have more values than rows).
 *
 * @throws CoupletError FILE_INVALID
 */
async function countedRows(name: string, pattern: string, database: Database): Promise<number> {
  const files = quoteText(pattern);
  const [[rows, ofGroups, columns] = []] = await database.rows(
    `SELECT (SELECT sum(num_rows) FROM parquet_file_metadata(${files})), ` +
      `(SELECT coalesce(sum(n), 0) FROM (SELECT any_value(row_group_num_rows) AS n FROM parquet_metadata(${files}) GROUP BY file_name, row_group_id)), ` +
      `(SELECT count(*) FROM parquet_metadata(${files}) WHERE num_values <> row_group_num_rows AND path_in_schema NOT LIKE '%, %' ` +
      `AND path_in_schema NOT IN (SELECT name FROM parquet_schema(${files}) WHERE repetition_type = 'REPEATED'))`,
  );
  if (rows === ofGroups && columns === "0") return Number(rows);
  throw new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: "a Parquet file whose parts agree on the number of rows",
    received:
      columns === "0"
        ? `${rows} in the file and ${ofGroups} in its groups`
        : `${columns} columns of groups with another number`,
    hint: "The file is damaged: write it again.",
  });
}

export async function jsonFile(
  file: FoundFile,
  head: FileHead,
  kind: "json" | "jsonl",
  skipBadRows: boolean,
  database: Database,
): Promise<FileReader> {
  if (head.size === 0)
    throw new CoupletError({
      code: "DATA_INVALID",
      where: file.name,
      expected: "one JSON object a line",
      received: "an empty file",
    });
  if (kind === "json" && head.compression === "none") await checkClosed(file, head.size);
  const settings =
    `format = '${kind === "json" ? "array" : "newline_delimited"}', maximum_depth = 1, hive_partitioning = false, compression = '${head.compression === "none" ? "uncompressed" : head.compression}', maximum_object_size = 33554432` +
    (skipBadRows && kind === "jsonl" ? ", ignore_errors = true" : "");
  const sample = head.size > JSON_SCAN_BYTES ? JSON_SAMPLE_ROWS : -1;
  try {
    const keys = await database.rows(
      `DESCRIBE SELECT * FROM read_json(${quoteText(exactPath(file.path))}, ${settings}, sample_size = ${sample})`,
    );
    // Each cell comes as JSON first, so that only what is a number throughout becomes one.
    const raw = `read_json(${quoteText(exactPath(file.path))}, ${settings}, columns = {${keys.map(([key]) => `${quoteText(key!)}: 'JSON'`).join(", ")}})`;
    const columns = await jsonColumns(
      keys.map(([key]) => key!),
      raw,
      sample,
      database,
    );
    return reader(file.name, columns, raw, database, undefined, skipBadRows);
  } catch (cause) {
    throw databaseError(cause, file.name);
  }
}

/** Bytes at a file's end in which its last character is looked for. */
const TAIL_BYTES = 4096;

/** An array that was cut off between two records would be read as far as it goes. */
async function checkClosed({ path, name }: FoundFile, size: number): Promise<void> {
  const handle = await open(path);
  try {
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    if (buffer.toString("latin1").trimEnd().endsWith("]")) return;
  } finally {
    await handle.close();
  }
  throw new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: "a JSON array that ends with ]",
    received: "one without its end",
    hint: "Was it cut off while it was copied? Get it again.",
  });
}

/** One pass over the file: of which JSON types each key's cells are. */
async function jsonColumns(
  keys: readonly string[],
  raw: string,
  sample: number,
  database: Database,
): Promise<Selected[]> {
  const list = keys.map((key) => `string_agg(DISTINCT json_type(${quoteName(key)}))`).join(", ");
  const limited = sample < 0 ? raw : `(SELECT * FROM ${raw} LIMIT ${sample})`;
  const [types = []] = await database.rows(`SELECT ${list} FROM ${limited}`);
  return keys.map((name, j) => {
    const found = (types[j] ?? "").split(",").filter((type) => type !== "" && type !== "NULL");
    const all = (...allowed: string[]) =>
      found.length > 0 && found.every((type) => allowed.includes(type));
    const text = `(${quoteName(name)} ->> '$')`;
    if (all("BIGINT", "UBIGINT", "DOUBLE")) return { name, kind: "number", sql: `${text}::DOUBLE` };
    if (all("BOOLEAN")) return { name, kind: "boolean", sql: `${text}::BOOLEAN::INTEGER::DOUBLE` };
    return { name, kind: "text", sql: text };
  });
}

function reader(
  path: string,
  columns: readonly Selected[],
  source: string,
  database: Database,
  rows?: number,
  skipsRows = false,
): FileReader {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const wantedColumns = (names: readonly string[]) => names.map((name) => byName.get(name)!);
  return {
    path,
    names: columns.map(({ name }) => name),
    ...(rows === undefined ? {} : { rows }),
    select: (names) =>
      `SELECT ${wantedColumns(names)
        .map(({ name, kind, sql }) => `${backAs(kind, sql)} AS ${quoteName(name)}`)
        .join(", ")} FROM ${source}`,
    takesRange: true,
    async *chunks(names, range) {
      try {
        yield* database.chunks(wantedColumns(names), source, skipsRows, range);
      } catch (cause) {
        throw databaseError(cause, path);
      }
    },
  };
}

/** The type that a cell of this kind has in Parquet, so that it is read again as the same kind. */
function backAs(kind: Selected["kind"], sql: string): string {
  if (kind === "boolean") return `(${sql})::INTEGER::BOOLEAN`;
  return kind === "date" ? `epoch_ms((${sql})::BIGINT)` : sql;
}

const NUMBERS = /^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER|DOUBLE)$/;
const WIDE_INTEGERS = /^(BIGINT|UBIGINT|HUGEINT|UHUGEINT)$/;

/** How a column of an SQL type is read: numbers as doubles where that is exact, dates as milliseconds, the rest as text. */
async function selectedAs(
  name: string,
  type: string,
  source: string,
  database: Database,
): Promise<Selected> {
  const quoted = quoteName(name);
  if (NUMBERS.test(type)) return { name, kind: "number", sql: `${quoted}::DOUBLE` };
  // 0.1 in float32 is meant, not 0.10000000149.
  if (type === "FLOAT") return { name, kind: "number", sql: `${quoted}::VARCHAR::DOUBLE` };
  if (type === "BOOLEAN") return { name, kind: "boolean", sql: `${quoted}::INTEGER::DOUBLE` };
  if (/^(DATE|TIMESTAMP)/.test(type))
    return { name, kind: "date", sql: `epoch_ms(${quoted}::TIMESTAMP)::DOUBLE` };
  if (WIDE_INTEGERS.test(type)) {
    // Keys beyond 2^53 would lose digits as doubles.
    const [[wide] = []] = await database.rows(
      `SELECT coalesce(max(${quoted}) > 9007199254740992 OR min(${quoted}) < -9007199254740992, false) FROM ${source}`,
    );
    if (wide === "false") return { name, kind: "number", sql: `${quoted}::DOUBLE` };
  }
  return { name, kind: "text", sql: `${quoted}::VARCHAR` };
}
