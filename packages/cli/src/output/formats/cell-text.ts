/** One cell as text, as the column's type writes it. */
import type { Column, Schema } from "couplet/table";

/** Text of row r of a column; undefined for a missing cell. */
export function cellText(source: Column, asDate: boolean): (row: number) => string | undefined {
  if (source.kind === "text") return (row) => source.values[row] ?? undefined;
  const { values, origin } = source;
  const present = (row: number, write: (value: number) => string) =>
    Number.isNaN(values[row]!) ? undefined : write(values[row]!);
  if (origin === "boolean") return (row) => present(row, (v) => (v === 0 ? "false" : "true"));
  if (origin === "date") {
    return (row) =>
      present(row, (v) => {
        const text = new Date(v).toISOString();
        return asDate ? text.slice(0, 10) : text;
      });
  }
  return (row) =>
    present(row, (v) => (v === -Infinity ? "-inf" : v === Infinity ? "inf" : String(v)));
}

/** Names of the columns that hold whole days. */
export function dayColumns(schema: Schema | undefined): ReadonlySet<string> {
  return new Set(
    (schema?.columns ?? []).flatMap((column) => (column.type === "date" ? [column.name] : [])),
  );
}
