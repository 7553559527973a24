/** CSV and TSV as they come, a few thousand rows at a time. Cells stay text: a schema says what they mean. */
import { CoupletError } from "../../error.ts";
import type { Table } from "../../table/table.ts";
import { LIBRARY_WORDS } from "../option-words.ts";
import { CHUNK_ROWS, sharedTexts, tableOfTexts } from "../text-chunk.ts";
import type { Rejected } from "../text-chunk.ts";
import { TextPieces } from "./encoding.ts";
import type { Encoding } from "./encoding.ts";
import type { DelimitedLayout } from "./layout.ts";
import { shownLine } from "./line-text.ts";
import { RecordCutter } from "./records.ts";
import type { DelimitedRecord, RecordFault } from "./records.ts";

/** Longest record: a quote that is not closed would take all that follows into one cell. */
const MOST_RECORD = 1 << 25;

/** What reading a delimited file needs besides its layout. */
export interface DelimitedSource {
  /** The file's name, for messages. */
  readonly name: string;
  readonly encoding: Encoding;
  readonly layout: DelimitedLayout;
  /** Counts rows that are left out; without it one that cannot be read is an error. */
  readonly rejected?: Rejected | undefined;
}

/**
 * The rows of delimited text, as columns of text; an empty cell is a missing one.
 *
 * @param pieces the bytes in order
 * @throws CoupletError FILE_INVALID for a row that cannot be read, and for bytes that are not of the encoding
 */
export async function* delimitedTables(
  pieces: AsyncIterable<Uint8Array>,
  source: DelimitedSource,
): AsyncGenerator<Table, void, void> {
  const { layout } = source;
  const cutter = new RecordCutter(layout);
  const rows = new DelimitedRows(source, cutter);
  // A piece is added when the next one is there: the last has to be known as such.
  let decoder: TextPieces | undefined;
  let held: Uint8Array | undefined;
  let text = "";
  let tried = 0;
  const add = (bytes: Uint8Array, isLast: boolean): boolean => {
    decoder ??= new TextPieces(source.encoding, bytes, source.name);
    text += decoder.add(bytes, isLast);
    text = rows.skipLines(text);
    if (rows.isSkipping && !isLast) return false;
    // A record longer than what came before is waited for until twice as much is there.
    if (!isLast && text.length < tried) return false;
    cutter.add(text, isLast);
    text = "";
    return true;
  };
  for await (const piece of pieces) {
    if (held !== undefined && add(held, false)) {
      yield* rows.take();
      tried = cutter.waiting;
      rows.checkLength(tried);
    }
    held = piece;
  }
  add(held ?? new Uint8Array(0), true);
  yield* rows.take();
  yield* rows.rest();
}

/** Rows that are gathered until they are a chunk. */
class DelimitedRows {
  readonly #source: DelimitedSource;
  readonly #cutter: RecordCutter;
  readonly #share: readonly ((text: string) => string)[];
  #columns: (string | null)[][];
  #toSkip: number;
  #header: boolean;
  #line: number;

  constructor(source: DelimitedSource, cutter: RecordCutter) {
    this.#source = source;
    this.#cutter = cutter;
    this.#columns = source.layout.names.map(() => []);
    this.#share = source.layout.names.map(() => sharedTexts());
    this.#toSkip = source.layout.skip;
    this.#line = source.layout.skip;
    this.#header = source.layout.header;
  }

  /** Whether lines that are no part of the table are still to come. */
  get isSkipping(): boolean {
    return this.#toSkip > 0;
  }

  /** The text without such lines, as far as it goes. */
  skipLines(text: string): string {
    let left = text;
    for (let end = left.indexOf("\n"); this.#toSkip > 0 && end >= 0; end = left.indexOf("\n")) {
      left = left.slice(end + 1);
      this.#toSkip--;
    }
    return left;
  }

  checkLength(waiting: number): void {
    if (waiting <= MOST_RECORD) return;
    throw new CoupletError({
      code: "FILE_INVALID",
      where: this.#source.name,
      expected: `lines of at most ${MOST_RECORD >> 20} MB`,
      received: "a longer line",
      hint: "Is a quote left open?",
    });
  }

  /** Chunks of the records that are there. */
  *take(): Generator<Table, void, void> {
    const width = this.#columns.length;
    for (;;) {
      const record = this.#cutter.next();
      if (record === undefined) return;
      const { cells } = record;
      // An empty line is an empty cell where one column is all; elsewhere it is nothing.
      if (cells.length === 1 && cells[0] === "" && (width > 1 || this.#header)) continue;
      if (this.#header) {
        this.#header = false;
        continue;
      }
      if (record.fault !== undefined || cells.length !== width) {
        const error = this.#error(record);
        if (this.#source.rejected === undefined || record.fault === "open-quote") throw error;
        this.#source.rejected.add(record.line + this.#line);
        continue;
      }
      for (let j = 0; j < width; j++) {
        const cell = cells[j]!;
        this.#columns[j]!.push(cell === "" ? null : this.#share[j]!(cell));
      }
      if (this.#columns[0]!.length === CHUNK_ROWS) yield this.#chunk();
    }
  }

  *rest(): Generator<Table, void, void> {
    if (this.#columns[0]!.length > 0) yield this.#chunk();
  }

  #chunk(): Table {
    const chunk = tableOfTexts(this.#source.layout.names, this.#columns);
    this.#columns = this.#columns.map(() => []);
    return chunk;
  }

  #error(record: DelimitedRecord): CoupletError {
    const { name, layout } = this.#source;
    const where = `${name}:${record.line + this.#line}`;
    const shown = shownLine(this.#cutter.textOf(record));
    if (record.fault !== undefined)
      return new CoupletError({ code: "FILE_INVALID", where, ...faultOf(record.fault, shown) });
    const { names } = layout;
    const isShort = record.cells.length < names.length;
    return new CoupletError({
      code: "FILE_INVALID",
      where,
      expected: `${names.length} columns${names.length <= 8 ? ` (${names.join(", ")})` : ""}`,
      received: `${record.cells.length} in the line ${shown}`,
      hint: `${isShort ? "If it is the last line, the file was cut off." : "Does a cell need quotes?"} Correct the line, or skip such rows with ${LIBRARY_WORDS.skipBadRows}.`,
    });
  }
}

function faultOf(fault: RecordFault, shown: string) {
  switch (fault) {
    case "open-quote":
      return {
        expected: "a closing quote",
        received: `the end of the file after ${shown}`,
        hint: "A cell that begins with a quote has to end with one; two quotes inside stand for one.",
      };
    case "quote":
      return {
        expected: 'quotes around a whole cell, doubled inside ("")',
        received: `the line ${shown}`,
        hint: `Correct the line, or skip such rows with ${LIBRARY_WORDS.skipBadRows}.`,
      };
    case "line-end":
      return {
        expected: "lines that end with a line feed",
        received: `a carriage return within ${shown}`,
        hint: `Correct the line, or skip such rows with ${LIBRARY_WORDS.skipBadRows}.`,
      };
  }
}
