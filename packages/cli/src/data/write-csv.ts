/** Tables as CSV text (RFC 4180). */
import { toObjects } from "couplet";
import type { Table } from "couplet";

/** The lines of a table, header first. */
export function* csvLines(source: Table): Generator<string> {
  yield csvLine(source.columns.map((column) => column.name));
  for (const row of toObjects(source)) yield csvLine(Object.values(row));
}

export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

function csvCell(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  const text = cell instanceof Date ? cell.toISOString() : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
