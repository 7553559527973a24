/** Tables as the command reads them, every cell as text, and rows as CSV. */

import { writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { column, table, toObjects } from "couplet/table";

/** @param {string} path */
export async function readCsv(path) {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT COLUMNS(*)::VARCHAR FROM read_csv('${path.replaceAll("'", "''")}', all_varchar = true, header = true)`,
  );
  const cells = result.getColumns();
  const read = table(
    result
      .columnNames()
      .map((name, i) => column(name, /** @type {(string | null)[]} */ (cells[i]))),
  );
  connection.closeSync();
  instance.closeSync();
  return read;
}

/**
 * Writes the columns that `schema` models, missing cells as empty ones.
 *
 * @param {string} path @param {import("couplet/table").Table} rows @param {import("couplet/table").Schema} schema
 */
export function writeCsv(path, rows, schema) {
  const missing = new Set(schema.missingValues);
  const leftOut = new Set(
    schema.columns.filter(({ type }) => ["identifier", "text"].includes(type)).map((c) => c.name),
  );
  const names = rows.columns.map((c) => c.name).filter((name) => !leftOut.has(name));
  const cell = (value) => {
    if (value === null || missing.has(String(value).trim())) return "";
    return /[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value;
  };
  const lines = toObjects(rows).map((row) => names.map((name) => cell(row[name])).join(","));
  writeFileSync(path, `${[names.map(cell).join(","), ...lines].join("\n")}\n`);
}
