/** Tables as CSV. */
import type { Table } from "couplet/table";
import { spread, textRows } from "./cells.ts";
import type { TableScore } from "./odd-rows.ts";

/** A table as CSV (RFC 4180); a missing cell is empty. */
export function tableCsv(source: Table): string {
  const header = source.columns.map(({ name }) => name);
  const rows = textRows(source, spread(source.rows, source.rows));
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function quoted(cell: string | null): string {
  if (cell === null) return "";
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A table as CSV with its scores, in all their digits: `nats` and `percentile`, or other names where the table has these. */
export function scoresCsv(source: Table, { nats, percentile }: TableScore): string {
  const taken = new Set(source.columns.map(({ name }) => name));
  const free = (name: string): string => (taken.has(name) ? free(`couplet_${name}`) : name);
  const column = (name: string, values: Float64Array) =>
    ({ kind: "number", name: free(name), values, origin: "number" }) as const;
  return tableCsv({
    rows: source.rows,
    columns: [...source.columns, column("nats", nats), column("percentile", percentile)],
  });
}
