/** A file as a table: the one place where the studio reads tables. */
import { readTable } from "couplet/io";
import type { Table } from "couplet/table";

/** A table, and what reading it had to guess. */
export interface ReadTable {
  readonly table: Table;
  readonly notes: readonly string[];
}

/**
 * Reads CSV, TSV, JSON lines, Parquet, Arrow and .npy, packed or not, as the command does.
 *
 * @throws CoupletError FILE_INVALID, DATA_INVALID, NOT_SUPPORTED
 */
export async function readFile(name: string, blob: Blob): Promise<ReadTable> {
  const notes: string[] = [];
  const table = await readTable(blob, {
    name,
    // A remark begins with the file's name, which the page shows already.
    onRemark: (text) =>
      notes.push(text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text),
  });
  return { table, notes };
}
