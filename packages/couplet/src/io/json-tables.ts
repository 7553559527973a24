/** JSON lines and JSON arrays of objects: one object a row, keys as columns. */
import { CoupletError } from "../error.ts";
import type { Column, Table } from "../table/table.ts";
import { parseJson } from "../file/parse-json.ts";
import { LIBRARY_WORDS } from "./option-words.ts";
import { shownLine } from "./text/line-text.ts";
import type { Rejected } from "./text-chunk.ts";
import { TextPieces } from "./text/encoding.ts";

const KEYS_ONCE = "objects with each key once";

/** Longest line of JSON. */
const MOST_LINE = 1 << 25;

/** A column while rows come: what its cells are decides what it becomes. */
interface GrowingColumn {
  readonly cells: (number | boolean | string | null)[];
  numbers: boolean;
  booleans: boolean;
}

/** What reading JSON needs. */
export interface JsonSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** Counts rows that are left out; without it one that cannot be read is an error. */
  readonly rejected?: Rejected | undefined;
}

/**
 * Keys of all objects at some depth: colons outside strings. A key that comes twice in an object is counted twice, and `JSON.parse` keeps
 * its last value without a word.
 */
function keysAt(text: string, depth: number): number {
  let keys = 0;
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      for (i++; i < text.length && text.charCodeAt(i) !== 34; i++)
        if (text.charCodeAt(i) === 92) i++;
    } else if (c === 123 || c === 91) open++;
    else if (c === 125 || c === 93) open--;
    else if (c === 58 && open === depth) keys++;
  }
  return keys;
}

/** Rows of objects, gathered column by column: keys in the order in which they come, what a row lacks is missing. */
class ObjectRows {
  readonly #columns = new Map<string, GrowingColumn>();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(row: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(row)) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { cells: [], numbers: true, booleans: true };
        this.#columns.set(name, column);
      }
      while (column.cells.length < this.#rows) column.cells.push(null);
      const cell = cellOf(value);
      column.cells.push(cell);
      if (cell === null) continue;
      if (typeof cell !== "number") column.numbers = false;
      if (typeof cell !== "boolean") column.booleans = false;
    }
    this.#rows++;
  }

  /**
   * The table: a column whose cells are all numbers is one of numbers, one of all `true` and `false` has 0 and 1, the rest is text, with
   * nested values as JSON.
   */
  table(): Table {
    const rows = this.#rows;
    const columns = [...this.#columns].map(([name, { cells, numbers, booleans }]): Column => {
      while (cells.length < rows) cells.push(null);
      if (cells.every((cell) => cell === null))
        return { kind: "text", name, values: cells as null[] };
      if (numbers || booleans)
        return {
          kind: "number",
          name,
          values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))),
          origin: numbers ? "number" : "boolean",
        };
      return {
        kind: "text",
        name,
        values: cells.map((cell) => (cell === null ? null : String(cell))),
      };
    });
    return { rows, columns };
  }
}

function cellOf(value: unknown): number | boolean | string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : (value as number | boolean | string);
}

/**
 * The rows of JSON lines, or of one array of objects.
 *
 * @param pieces the bytes in order, of UTF-8
 * @param kind `jsonl` for an object a line, `json` for an array
 * @param most gets the number of rows, and refuses too many
 * @throws CoupletError FILE_INVALID for text that is no JSON and for rows that are no objects
 */
export async function jsonTable(
  pieces: AsyncIterable<Uint8Array>,
  kind: "json" | "jsonl",
  { name, rejected }: JsonSource,
  most: (rows: number) => void,
): Promise<Table> {
  const rows = new ObjectRows();
  if (kind === "json") {
    const parts: string[] = [];
    for await (const text of texts(pieces, name)) parts.push(text);
    const text = parts.join("");
    const values = parseJson(text, name);
    if (!Array.isArray(values)) throw notRows(name, "an array of objects", kindOf(values));
    most(values.length);
    let keys = 0;
    for (const [i, value] of values.entries()) {
      if (!isObject(value)) throw notRows(`${name}: row ${i + 1}`, "an object", kindOf(value));
      keys += Object.keys(value).length;
      rows.add(value);
    }
    if (keys !== keysAt(text, 2)) throw notRows(name, KEYS_ONCE, "a key twice in one object");
    return rows.table();
  }
  let left = "";
  let line = 0;
  const read = (text: string) => {
    line++;
    if (text.trim() === "") return;
    const value = lineValue(text, `${name}:${line}`, rejected === undefined);
    const isRow = isObject(value);
    if (isRow && Object.keys(value).length !== keysAt(text, 1)) {
      if (rejected === undefined) throw notRows(`${name}:${line}`, KEYS_ONCE, "a key twice");
      rejected.add(line);
    } else if (isRow) rows.add(value);
    else if (rejected === undefined)
      throw notRows(`${name}:${line}`, "one JSON object a line", `the line ${shownLine(text)}`);
    else rejected.add(line);
  };
  for await (const text of texts(pieces, name)) {
    const lines = (left + text).split("\n");
    left = lines.pop()!;
    for (const one of lines) read(one);
    most(rows.rows);
    if (left.length > MOST_LINE)
      throw notRows(name, `lines of at most ${MOST_LINE >> 20} MB`, "a longer one");
  }
  read(left);
  most(rows.rows);
  return rows.table();
}

async function* texts(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  let decoder: TextPieces | undefined;
  for await (const piece of pieces)
    yield (decoder ??= new TextPieces("utf-8", piece, name)).add(piece, false);
  yield decoder?.add(new Uint8Array(0), true) ?? "";
}

function lineValue(text: string, where: string, isStrict: boolean): unknown {
  try {
    return parseJson(text, where);
  } catch (cause) {
    if (!isStrict) return undefined;
    throw new CoupletError({
      code: "FILE_INVALID",
      where,
      expected: "one JSON object a line",
      received: `${(cause as CoupletError).received} in the line ${shownLine(text)}`,
      hint: `If it is the last line, the file was cut off. Skip such rows with ${LIBRARY_WORDS.skipBadRows}.`,
      cause,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function notRows(where: string, expected: string, received: string): CoupletError {
  return new CoupletError({ code: "FILE_INVALID", where, expected, received });
}
