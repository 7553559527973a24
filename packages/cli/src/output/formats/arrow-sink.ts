/** Rows as an Arrow IPC stream: a record batch for each chunk, sent as soon as it is there. */
import { arrowEncoder } from "couplet/io";
import type { Column, Schema } from "couplet/table";
import type { Destination } from "../write-file.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * @param name of the destination, for messages
 * @param schema of the model that the rows are of: says which text is a number or a date, as in Parquet
 */
export async function arrowSink(
  destination: Destination,
  name: string,
  schema?: Schema,
): Promise<RowSink> {
  const encoder = await arrowEncoder(name);
  const known = new Map((schema?.columns ?? []).map((column) => [column.name, column]));
  return {
    async write({ rows, columns }) {
      const typed = columns.map((column) => typedColumn(column, known.get(column.name)));
      await destination.write(await encoder.encode({ rows, columns: typed }));
    },
    async finish() {
      await destination.write(encoder.end());
      await destination.finish();
    },
    abandon: () => destination.abandon(),
  };
}

function typedColumn(column: Column, known: Schema["columns"][number] | undefined): Column {
  if (column.kind === "number" || known === undefined) return column;
  const { name, values } = column;
  const numbers = (read: (text: string) => number): Float64Array =>
    Float64Array.from(values, (cell) => (cell === null ? NaN : read(cell)));
  if (known.type === "date")
    return known.format === "YYYY-MM-DD"
      ? { kind: "number", name, values: numbers(Date.parse), origin: "date" }
      : column;
  if (known.type !== "number" && known.type !== "integer") return column;
  // "$1,234.5" stays as it is written, and so do keys that a double would change.
  const most = Math.max(Math.abs(known.lower ?? 0), Math.abs(known.upper ?? 0));
  const stays = known.numberFormat !== undefined || most > Number.MAX_SAFE_INTEGER;
  return stays ? column : { kind: "number", name, values: numbers(Number), origin: "number" };
}
