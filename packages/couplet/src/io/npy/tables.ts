/** NumPy's .npy files: rows of the array as rows, with columns c0, c1, ... */
import { column } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { joined } from "../bytes/byte-stream.ts";
import type { NpyHeader } from "./header.ts";
import { npyHeader } from "./header.ts";

/**
 * The numbers of some rows of an array: those of `names` that are wanted.
 *
 * @param view the bytes: of the rows, or (where columns lie together) of a column
 * @param stride numbers from a row to the next
 * @param offset the first number
 */
export function npyColumn(
  { kind }: NpyHeader,
  view: DataView,
  count: number,
  stride: number,
  offset: number,
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(count);
  for (let r = 0; r < count; r++) values[r] = kind.read(view, (r * stride + offset) * kind.bytes);
  return values;
}

/**
 * An array as a table.
 *
 * @param pieces the bytes in order
 * @param checkRows is told the number of rows before room is made for them
 * @throws CoupletError FILE_INVALID for another array than one of numbers with one or two dimensions, and for one that is cut off
 */
export async function npyTable(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  checkRows: (rows: number) => void,
): Promise<Table> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const bytes = joined(parts);
  const header = npyHeader(bytes, bytes.length, name);
  const { rows, cols, byColumns, start } = header;
  checkRows(rows);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const columns = Array.from({ length: cols }, (_, j) => {
    const [stride, offset] = byColumns ? [1, j * rows] : [cols, j];
    return column(`c${j}`, npyColumn(header, view, rows, stride, offset));
  });
  return { rows, columns };
}
