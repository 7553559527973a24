/** Chunks of tables whose cells are text. */
import type { Table } from "../table/table.ts";

/** Rows of a chunk. */
export const CHUNK_ROWS = 8192;

/** Rows that could not be read and were left out. */
export class Rejected {
  #count = 0;
  #first = Infinity;

  add(line: number): void {
    this.#count++;
    this.#first = Math.min(this.#first, line);
  }

  /** A sentence; undefined where every row was read. */
  get notice(): string | undefined {
    if (this.#count === 0) return undefined;
    return `${this.#count} rows that could not be read are skipped, the first in line ${this.#first}`;
  }
}

/** Different texts of a column that are kept in one copy each: the words of a category, the digits of a short number. */
const MOST_SHARED = 1 << 14;

/** Equal texts as one string: a reader gives every cell a string of its own, which would take most of a table's memory. */
export function sharedTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    if (known.size < MOST_SHARED) known.set(text, text);
    return text;
  };
}

/** Columns of text as a table. */
export function tableOfTexts(
  names: readonly string[],
  columns: readonly (readonly (string | null)[])[],
): Table {
  return {
    rows: columns[0]?.length ?? 0,
    columns: names.map((name, j) => ({ kind: "text", name, values: columns[j]! })),
  };
}
