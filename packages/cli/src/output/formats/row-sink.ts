/** Where rows go. */
import type { Table } from "couplet/table";

/** Takes rows in chunks of the same columns. Either `finish` or `abandon` is called in the end. */
export interface RowSink {
  write(rows: Table): Promise<void>;
  /** All is written: the file appears under its name. */
  finish(): Promise<void>;
  /** Something went wrong: no half file is left. */
  abandon(): Promise<void>;
}

/** What rows can be written as. */
export const OUTPUT_FORMATS = ["csv", "tsv", "jsonl", "parquet", "arrow", "table"] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
