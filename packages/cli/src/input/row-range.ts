/** Some of the rows of a table that comes in chunks. */
import { selectRows } from "couplet/table";
import type { Table } from "couplet/table";

/** Rows by their numbers from 0: the first, and the one behind the last. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The rows of a range; what comes behind is not asked for. */
export async function* rowsWithin(
  chunks: AsyncIterable<Table>,
  { from, to }: RowRange,
): AsyncGenerator<Table> {
  if (from >= to) return;
  let at = 0;
  for await (const chunk of chunks) {
    const [first, last] = [Math.max(from - at, 0), Math.min(to - at, chunk.rows)];
    if (first === 0 && last === chunk.rows) yield chunk;
    else if (first < last)
      yield selectRows(
        chunk,
        Int32Array.from({ length: last - first }, (_, i) => first + i),
      );
    at += chunk.rows;
    if (at >= to) return;
  }
}
