/** How tables are to be read, as the options of the command say it. */
import type { Encoding, OptionWords, TableFormat } from "couplet/io";

/** What a file can be: `arrow-stream` is Arrow that is read as it comes. */
export type InputFormat = TableFormat | "arrow-stream";

/** What a file can be. Found out from its first bytes and its name when not given. */
export const INPUT_FORMATS: readonly InputFormat[] = [
  "csv",
  "tsv",
  "jsonl",
  "json",
  "parquet",
  "arrow",
  "arrow-stream",
  "npy",
  "npz",
];

/** Encodings of text files. */
export const ENCODINGS: readonly Encoding[] = ["utf-8", "utf-16", "latin-1"];

/** The format of content that is all there. */
export function wholeFormat(format: InputFormat | undefined): TableFormat | undefined {
  return format === "arrow-stream" ? "arrow" : format;
}

/** What the options that mend an error are called here. */
export const COMMAND_WORDS: OptionWords = {
  format: "--input-format",
  header: "--header",
  noHeader: "--no-header",
  encoding: (name) => `--encoding ${name}`,
  skipBadRows: "--skip-bad-rows",
};

/** Options of {@link openInput}. */
export interface InputOptions {
  readonly inputFormat?: InputFormat;
  /** One character; detected by default. */
  readonly delimiter?: string;
  /** Whether the first line names the columns; detected by default. */
  readonly header?: boolean;
  readonly encoding?: Encoding;
  /** Lines before the header (or the data) that are no part of the table; remarks (#) are detected by default. */
  readonly skipLines?: number;
  /** The character that takes away the meaning of a quote within quotes: a quote by default, a backslash in some files. */
  readonly escape?: string;
  /** Only these columns. */
  readonly columns?: readonly string[];
  /** All columns but these. */
  readonly drop?: readonly string[];
  /** Which array of an .npz file. */
  readonly array?: string;
  /** Leave rows out that cannot be read, and say how many. */
  readonly skipBadRows?: boolean;
}
