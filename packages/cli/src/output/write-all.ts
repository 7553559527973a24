/** Rows from a source to a sink: all of them, or no file. */
import type { Table } from "couplet/table";
import type { RowSink } from "./formats/row-sink.ts";

/** Number of rows written. */
export async function writeAll(sink: RowSink, chunks: AsyncIterable<Table>): Promise<number> {
  let rows = 0;
  try {
    for await (const chunk of chunks) {
      await sink.write(chunk);
      rows += chunk.rows;
    }
    await sink.finish();
    return rows;
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}
