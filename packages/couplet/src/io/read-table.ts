/** Tables out of bytes: a file that a user dropped in a page, a response, a stream, a buffer in Node. */
import { CoupletError } from "../error.ts";
import { tableFromChunks } from "../table/table.ts";
import type { Column, Table } from "../table/table.ts";
import { eventLoopYielder } from "../threads/yield-to-event-loop.ts";
import type { TableSource } from "./bytes/source.ts";
import { chosenColumns, openTable, tooLarge } from "./open-table.ts";
import type { OpenTable } from "./open-table.ts";
import { MOST_ROWS } from "./table-options.ts";
import type { ReadTableOptions } from "./table-options.ts";
import { Rejected } from "./text-chunk.ts";
import { delimitedTables } from "./text/delimited-tables.ts";
import { beginningText, encodingOf } from "./text/encoding.ts";
import { delimitedLayout } from "./text/layout.ts";

/**
 * Reads a whole table: CSV, TSV, JSON lines, JSON, Parquet, Arrow or .npy, gzipped or not. Cells of text files stay text; `inferSchema` and
 * `fitTable` read numbers, dates and categories out of them. Parsers other than those of text are packages that you install beside this
 * one, loaded when the first file of their kind is read: `hyparquet` and `hyparquet-compressors` (Parquet), `@uwdata/flechette` (Arrow),
 * `pako` (gzip).
 *
 *   const rows = await readTable(fileInput.files[0]);
 *   const model = await fitTable(rows);
 *
 * Timers and events run while it reads.
 *
 * @throws CoupletError FILE_INVALID for a file that is cut off, damaged or too large; DATA_INVALID for one without columns or rows;
 *   NOT_SUPPORTED for a kind that is not read; USAGE for an unknown option or column; DEVICE_UNAVAILABLE without the package that a kind
 *   needs
 * @example
 * import { readTable } from "couplet/io";
 * const table = await readTable(await fetch("people.parquet"));
 * console.log(table.rows, table.columns.map(({ name }) => name));
 */
export async function readTable(
  source: TableSource,
  options: ReadTableOptions = {},
): Promise<Table> {
  const opened = await openTable(source, options, "readTable");
  const { name } = opened;
  const whole = await wholeTable(opened, options);
  const names = chosenColumns(
    whole.columns.map((column) => column.name),
    options,
    name,
  );
  if (whole.rows === 0 || names.length === 0)
    throw new CoupletError({
      code: "DATA_INVALID",
      where: name,
      expected: "columns and rows",
      received: whole.columns.length === 0 ? "none" : "column names alone",
    });
  return {
    rows: whole.rows,
    columns: names.map((wanted) => whole.columns.find((column) => column.name === wanted)!),
  };
}

/**
 * The rows of a table in chunks, for what is larger than memory: CSV and TSV some thousand rows at a time, Arrow a record batch at a time,
 * other kinds in one.
 *
 * @throws CoupletError as {@link readTable}
 * @example
 * import { readTableChunks } from "couplet/io";
 * for await (const chunk of readTableChunks(await fetch("people.csv"))) console.log(chunk.rows);
 */
export async function* readTableChunks(
  source: TableSource,
  options: ReadTableOptions = {},
): AsyncGenerator<Table, void, void> {
  const opened = await openTable(source, options, "readTableChunks");
  if (isChunked(opened)) yield* chunksOf(opened, options);
  else {
    const whole = await wholeTable(opened, options);
    const names = whole.columns.map((column) => column.name);
    const columns = chosenColumns(names, options, opened.name).map(
      (wanted) => whole.columns[names.indexOf(wanted)]!,
    );
    yield { rows: whole.rows, columns };
  }
}

function isChunked({ format }: OpenTable): boolean {
  return format === "csv" || format === "tsv" || format === "arrow";
}

/** Refuses more rows than are allowed. */
function rowLimit(name: string, { maxRows = MOST_ROWS }: ReadTableOptions) {
  return (rows: number): void => {
    if (rows > maxRows) throw tooLarge(name, `at most ${maxRows} rows`, `${rows} or more`);
  };
}

async function wholeTable(opened: OpenTable, options: ReadTableOptions): Promise<Table> {
  const { name, format } = opened;
  const checkRows = rowLimit(name, options);
  if (format === "parquet") {
    const { parquetFile } = await import("./parquet/tables.ts");
    const file = await parquetFile(await opened.random(), name);
    checkRows(file.rows);
    return file.read(chosenColumns(file.names, options, name));
  }
  if (format === "npy") {
    const { npyTable } = await import("./npy/tables.ts");
    return npyTable(opened.pieces(), name, checkRows);
  }
  if (format === "json" || format === "jsonl") {
    const { jsonTable } = await import("./json-tables.ts");
    return withRejected(opened, options, (rejected) =>
      jsonTable(opened.pieces(), format, { name, rejected }, checkRows),
    );
  }
  const chunks: Table[] = [];
  for await (const chunk of chunksOf(opened, options)) chunks.push(chunk);
  return joinedChunks(chunks);
}

/** Chunks as one table, a column at a time. */
async function joinedChunks(chunks: readonly Table[]): Promise<Table> {
  const yielding = eventLoopYielder();
  const columns: Column[] = [];
  for (const j of chunks[0]?.columns.keys() ?? []) {
    const parts = chunks.map(({ rows, columns: all }) => ({ rows, columns: [all[j]!] }));
    columns.push(tableFromChunks(parts).columns[0]!);
    await yielding();
  }
  return { rows: chunks.reduce((sum, { rows }) => sum + rows, 0), columns };
}

/** Runs a reader that may leave rows out, and remarks how many it did. */
async function withRejected<T>(
  { name }: OpenTable,
  { skipBadRows = false, onRemark }: ReadTableOptions,
  work: (rejected: Rejected | undefined) => Promise<T>,
): Promise<T> {
  const rejected = skipBadRows ? new Rejected() : undefined;
  const result = await work(rejected);
  if (rejected?.notice !== undefined) onRemark?.(`${name}: ${rejected.notice}`);
  return result;
}

/** The chunks of CSV, TSV and Arrow, of the columns that are wanted. */
async function* chunksOf(
  opened: OpenTable,
  options: ReadTableOptions,
): AsyncGenerator<Table, void, void> {
  const { name } = opened;
  const { onRemark = () => undefined, signal } = options;
  const checkRows = rowLimit(name, options);
  const yielding = eventLoopYielder(signal);
  let chunks: AsyncGenerator<Table, void, void>;
  let names: readonly string[];
  let rejected: Rejected | undefined;
  if (opened.format === "arrow") {
    const { arrowTables } = await import("./arrow/tables.ts");
    const stream = await arrowTables(opened.pieces(), name, onRemark);
    names = chosenColumns(stream.names, options, name);
    chunks = stream.chunks(names);
  } else {
    const { head, format } = opened;
    const encoding = options.encoding ?? encodingOf(head);
    const text = beginningText(head.bytes, head.whole, encoding, name);
    const delimiter = options.delimiter ?? (format === "tsv" ? "\t" : undefined);
    const layout = delimitedLayout(name, text, head.whole, { ...options, delimiter }, onRemark);
    names = chosenColumns(layout.names, options, name);
    if (options.skipBadRows === true) rejected = new Rejected();
    chunks = delimitedTables(opened.pieces(), { name, encoding, layout, rejected });
  }
  let rows = 0;
  for await (const chunk of chunks) {
    checkRows((rows += chunk.rows));
    yield {
      rows: chunk.rows,
      columns: names.map((wanted) => chunk.columns.find((column) => column.name === wanted)!),
    };
    await yielding();
  }
  if (rejected?.notice !== undefined) onRemark(`${name}: ${rejected.notice}`);
}
