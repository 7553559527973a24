/** Cells of a table as text. */
import { selectRows } from "couplet/table";
import type { Column, Table } from "couplet/table";

/** Rows as text, in the order of the table's columns; null is a missing cell. */
export function textRows(source: Table, indices: ArrayLike<number>): (string | null)[][] {
  const some = selectRows(source, indices);
  return Array.from({ length: some.rows }, (_, row) =>
    some.columns.map((column) => textOf(column, row)),
  );
}

function textOf(column: Column, row: number): string | null {
  if (column.kind === "text") return column.values[row] ?? null;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  if (column.origin === "boolean") return value === 0 ? "false" : "true";
  return column.origin === "date" ? new Date(value).toISOString() : String(value);
}

/** Numbers from 0 to `count`, or evenly spread ones of them where these are more than `most`. */
export function spread(count: number, most: number): Uint32Array {
  if (count <= most) return Uint32Array.from({ length: count }, (_, i) => i);
  return Uint32Array.from({ length: most }, (_, i) => Math.floor((i * count) / most));
}
