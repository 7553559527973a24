/** DuckDB, which reads CSV, JSON lines and Parquet and writes Parquet. */
import path from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { sharedTexts } from "couplet/io";
import type { RowRange } from "./row-range.ts";
import type { Column, Table } from "couplet/table";

/** How a column of a result becomes a column of a table. */
export type CellKind = "text" | "number" | "boolean" | "date";

/** A column to select: its name, and the SQL that gives it as VARCHAR ("text") or DOUBLE. */
export interface Selected {
  readonly name: string;
  readonly kind: CellKind;
  readonly sql: string;
}

/**
 * DuckDB neither downloads an extension nor loads one: a table is data, and reading one fetches no code. The command
 * reads no URLs either; without httpfs DuckDB has no way to.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** Rows that a chunk of a table holds at least, the last one apart. */
const CHUNK_ROWS = 8192;

/** An in-memory database with one connection. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** @param file a database on disk; in memory when left out */
  static async open(file = ":memory:"): Promise<Database> {
    const { DuckDBInstance: instances } = await import("@duckdb/node-api");
    const instance = await instances.create(file, SETTINGS);
    return new Database(instance, await instance.connect());
  }

  get connection(): DuckDBConnection {
    return this.#connection;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** All rows of a small result, as strings. */
  async rows(sql: string): Promise<(string | null)[][]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  }

  /**
   * The rows of `SELECT columns FROM source`, in order, in chunks.
   *
   * @param skipsRows whether the source leaves rows out that it cannot read
   * @param range only these rows
   * @throws DuckDB's error for a row that it cannot read
   */
  async *chunks(
    columns: readonly Selected[],
    source: string,
    skipsRows = false,
    range?: RowRange,
  ): AsyncGenerator<Table> {
    const list = columns.map((c) => `${c.sql} AS ${quoteName(c.name)}`).join(", ");
    let total = 0;
    const within =
      range === undefined ? "" : ` LIMIT ${range.to - range.from} OFFSET ${range.from}`;
    const result = await this.#connection.stream(`SELECT ${list} FROM ${source}${within}`);
    let parts: unknown[][] = columns.map(() => []);
    const shared = columns.map(({ kind }) => (kind === "text" ? sharedTexts() : undefined));
    let rows = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      rows += chunk.rowCount;
      total += chunk.rowCount;
      for (const [j, cells] of parts.entries()) {
        const share = shared[j];
        for (const cell of chunk.getColumnValues(j))
          cells.push(share === undefined || cell === null ? cell : share(cell as string));
      }
      if (rows < CHUNK_ROWS) continue;
      yield tableOf(columns, parts, rows);
      parts = columns.map(() => []);
      rows = 0;
    }
    if (rows > 0) yield tableOf(columns, parts, rows);
    if (!skipsRows) await this.#checkWhole(list, source, total, range);
  }

  /** DuckDB's client ends a stream at the first row that cannot be read as it does at the end: without a word. */
  async #checkWhole(
    list: string,
    source: string,
    total: number,
    range: RowRange | undefined,
  ): Promise<void> {
    const [[count] = []] = await this.rows(`SELECT count(*) FROM ${source}`);
    const { from, to } = range ?? { from: 0, to: Infinity };
    if (total === Math.max(0, Math.min(Number(count), to) - from)) return;
    // Counting looks at no cell. This reads them all, and says what is wrong with one.
    await this.run(`CREATE OR REPLACE TEMP TABLE whole AS SELECT ${list} FROM ${source}`);
    await this.run("DROP TABLE whole");
    throw new Error(`the rows end after ${total} of ${count}`);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function tableOf(columns: readonly Selected[], cells: readonly unknown[][], rows: number): Table {
  return {
    rows,
    columns: columns.map(({ name, kind }, j): Column => {
      if (kind === "text") return { kind, name, values: cells[j] as (string | null)[] };
      const values = Float64Array.from(cells[j] as (number | null)[], (v) => v ?? NaN);
      return { kind: "number", name, values, origin: kind };
    }),
  };
}

/**
 * A file's path as DuckDB's readers take it: `*`, `?` and `[` are characters of the name, not of a pattern, and the path
 * is absolute, so that no beginning of it means anything else (`~`, `https:`).
 */
export function exactPath(file: string): string {
  return path.resolve(file).replaceAll(/[*?[]/g, "[$&]");
}

/** An SQL name. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** An SQL string. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
