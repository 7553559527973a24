/** A table somewhere, read in chunks. */
import type { Table } from "couplet/table";
import type { RowRange } from "./row-range.ts";

/** What one file gives. */
export interface FileReader {
  readonly path: string;
  readonly names: readonly string[];
  /**
   * Rows in order, in chunks of a few thousand, of the named columns only.
   *
   * @param range only these rows, where the reader can go to them; readers that cannot are given none
   */
  chunks(names: readonly string[], range?: RowRange): AsyncGenerator<Table>;
  /** Whether `chunks` takes a range. */
  readonly takesRange?: boolean;
  /** SQL that gives the same rows, where DuckDB reads the file itself. */
  select?(names: readonly string[]): string;
  /** Number of rows, where it is known without reading. */
  readonly rows?: number;
}

/** One or several files as one table. */
export interface TableInput {
  /** For messages: the file's name, or the first and how many more. */
  readonly name: string;
  readonly names: readonly string[];
  readonly files: readonly FileReader[];
  /** Bytes on disk. */
  readonly bytes: number;
  /**
   * All rows, in chunks, or those of a range. Can be called again, but for a stream of Arrow.
   */
  chunks(range?: RowRange): AsyncGenerator<Table>;
  /** Counts the rows; reads the files if it has to. */
  countRows(): Promise<number>;
  /** What reading has to say when it is done: rows that were left out. */
  notices(): Promise<readonly string[]>;
  close(): Promise<void>;
}
