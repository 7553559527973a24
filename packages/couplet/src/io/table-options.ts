/** Options of reading tables. */
import type { TableFormat } from "./bytes/table-format.ts";
import type { Encoding } from "./text/encoding.ts";

/** Options of {@link readTable}. */
export interface ReadTableOptions {
  /** What the file is; detected from its first bytes and its name when left out. */
  readonly format?: TableFormat;
  /** The file's name, for its ending and for messages; by default that of a `File` or the address of a `Response`. */
  readonly name?: string;
  /** One character between the cells of a line; detected among `,` `;` tab and `|` when left out. */
  readonly delimiter?: string;
  /** Whether the first line names the columns; detected when left out. */
  readonly header?: boolean;
  /** Of text: UTF-8, or UTF-16 where a byte order mark or zeros say so, when left out. */
  readonly encoding?: Encoding;
  /** Lines before the header (or the data) that are no part of the table; remarks (#) are detected when left out. */
  readonly skipLines?: number;
  /** The character that takes away the meaning of a quote within quotes; a quote by default, a backslash in some files. */
  readonly escape?: string;
  /** Only these columns, in this order. */
  readonly columns?: readonly string[];
  /** Leave rows out that cannot be read, and remark how many. */
  readonly skipBadRows?: boolean;
  /** Most bytes, unpacked; more are refused before they are kept. 2 GiB by default. */
  readonly maxBytes?: number;
  /** Most rows; more are refused. 50 million by default. */
  readonly maxRows?: number;
  /** Gets what is worth knowing about the file, a sentence each. */
  readonly onRemark?: (text: string) => void;
  /** Ends reading; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Bytes that are read when the caller sets no limit: what a page can hold. */
export const MOST_BYTES: number = 2 ** 31;

/** Rows that are read when the caller sets no limit. */
export const MOST_ROWS = 50_000_000;
