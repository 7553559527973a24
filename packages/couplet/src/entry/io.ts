/**
 * `couplet/io`: tables out of bytes, in a page and in Node.
 *
 * `readTable` reads CSV, TSV, JSON lines, Parquet, Arrow and .npy from bytes, a `Blob`, `File`, `Response` or stream; `readTableChunks` does so
 * piece by piece. The rest is what such readers are made of, for programs that open files by themselves: what a file is (`tableFormat`), how
 * delimited text is laid out (`delimitedLayout`), Arrow batches as they come and go (`arrowTables`, `arrowEncoder`), the header of an array (`npyHeader`).
 */
export { readTable, readTableChunks } from "../io/read-table.ts";
export type { ReadTableOptions } from "../io/table-options.ts";
export type { TableSource } from "../io/bytes/source.ts";
export { TABLE_FORMATS, checkText, endingOf, tableFormat } from "../io/bytes/table-format.ts";
export type { TableFormat } from "../io/bytes/table-format.ts";
export { isModelStart, otherContent } from "../io/bytes/other-content.ts";
export { HEAD_BYTES, headOfBytes } from "../io/bytes/head.ts";
export type { Compression, FileHead } from "../io/bytes/head.ts";
export { checkExpansion, damagedFile, expandsWithoutEnd } from "../file/expansion.ts";
export type { OptionWords } from "../io/option-words.ts";
export { delimitedLayout, longHeader } from "../io/text/layout.ts";
export type { DelimitedLayout, LayoutOptions } from "../io/text/layout.ts";
export { ENCODINGS, beginningText, encodingOf } from "../io/text/encoding.ts";
export type { Encoding } from "../io/text/encoding.ts";
export { sharedTexts } from "../io/text-chunk.ts";
export { arrowTables } from "../io/arrow/tables.ts";
export type { ArrowTables } from "../io/arrow/tables.ts";
export { arrowEncoder } from "../io/arrow/encode.ts";
export type { ArrowEncoder } from "../io/arrow/encode.ts";
export { NPY_HEADER_BYTES, npyHeader } from "../io/npy/header.ts";
export type { NpyHeader, NumberKind } from "../io/npy/header.ts";
export { npyColumn } from "../io/npy/tables.ts";
export type { BytesReader, BytesSource } from "../file/bytes-of.ts";
