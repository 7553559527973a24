/** Why rows have probability 0: every kind of reason, with its number of rows and its first row. */
import { CoupletError } from "couplet";
import { selectRows } from "couplet/table";
import type { Table, TableModel } from "couplet/table";
import { count } from "../../terminal/quantities.ts";

/** Rows that are looked into one by one: more of them have no other reasons, as a rule, and each takes a reading. */
const MOST_EXPLAINED = 1000;

/** Kinds that the warning spells out. */
const MOST_SHOWN = 4;

/** How the rows were scored. */
interface Scoring {
  readonly where: string;
  readonly firstRow: number;
  readonly softRelations: boolean;
  /** Whether under a condition (`--given`), which a row may not meet. */
  readonly conditional: boolean;
}

interface Reason {
  rows: number;
  /** In the library's words, of the first such row. */
  readonly text: string;
}

/** The reasons so far, chunk by chunk. */
export class ImpossibleRows {
  readonly #reasons = new Map<string, Reason>();
  #explained = 0;
  #rows = 0;

  /** Adds the rows of a chunk whose density is 0. */
  add(model: TableModel, chunk: Table, nats: Float64Array, options: Scoring): void {
    for (const [row, value] of nats.entries()) {
      if (value !== -Infinity) continue;
      this.#rows++;
      if (this.#explained >= MOST_EXPLAINED) continue;
      this.#explained++;
      const one = selectRows(chunk, Int32Array.of(row));
      // What differs from row to row (its number) is equal when every row is read as the first.
      const read = (firstRow: number) => whyImpossible(model, one, { ...options, firstRow });
      const { key } = read(0);
      const known = this.#reasons.get(key);
      if (known === undefined)
        this.#reasons.set(key, { rows: 1, text: read(options.firstRow + row).text });
      else known.rows++;
    }
  }

  /** The reasons in words, the most frequent first. */
  text(): string {
    const reasons = [...this.#reasons.values()].sort((a, b) => b.rows - a.rows);
    const shown = reasons.slice(0, MOST_SHOWN).map(({ rows, text }) => {
      if (reasons.length === 1 && rows === this.#rows) return text;
      return `${rows === 1 ? "1 row" : `${count(rows)} rows`}: ${text}`;
    });
    const others = reasons.slice(MOST_SHOWN).reduce((sum, { rows }) => sum + rows, 0);
    if (others > 0) shown.push(`${count(others)} rows for other reasons`);
    const unexplained = this.#rows - this.#explained;
    if (unexplained > 0) shown.push(`${count(unexplained)} further rows were not looked into`);
    return shown.join("; ");
  }
}

/** The error that reading the row gives where impossible cells are errors. */
function whyImpossible(
  model: TableModel,
  row: Table,
  { conditional, ...options }: Scoring,
): { readonly key: string; readonly text: string } {
  try {
    model.codec.read(row, { ...options, impossible: "error" });
    const text = conditional
      ? "the row does not meet the condition"
      : "so far from the training rows that the density is 0 in double precision";
    return { key: text, text: `${text}, such as row ${options.firstRow + 1}` };
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    const { where, expected, received } = error;
    const place = where.startsWith(`${options.where}: `)
      ? where.slice(options.where.length + 2)
      : where;
    return {
      // The value varies among rows that have one reason.
      key: `${place}\n${expected}`,
      text: `${place}: expected ${expected}, got ${received}`,
    };
  }
}
