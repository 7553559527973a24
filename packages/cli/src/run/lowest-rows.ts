/** The rows with the lowest numbers in a column, of a table that streams by. */
import { columnNamed, selectRows, table, tableFromChunks } from "couplet";
import type { Table } from "couplet";

export class LowestRows {
  readonly #by: string;
  readonly #most: number;
  #kept: Table | undefined;

  constructor(by: string, most: number) {
    this.#by = by;
    this.#most = most;
  }

  add(chunk: Table): void {
    const all = this.#kept === undefined ? chunk : tableFromChunks([this.#kept, chunk]);
    const values = columnNamed(all, this.#by).values as Float64Array;
    const order = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
    this.#kept = selectRows(all, order.slice(0, this.#most));
  }

  /** Lowest first. */
  table(): Table {
    return this.#kept ?? table([]);
  }
}
