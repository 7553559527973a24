/** Scores of a table, and its oddest rows explained. */
import { describeRelation } from "couplet/table";
import { selectRows } from "couplet/table";
import type { Table, TableModel } from "couplet/table";
import type { ScoredRow, ScoredRows } from "./answers.ts";
import { textRows } from "./cells.ts";

/** Rows that are scored in one piece, between which progress is told. */
const PIECE = 8192;

/** A table's scores, and its rows from the least likely on. */
export interface TableScore {
  readonly nats: Float64Array;
  readonly percentile: Float64Array;
  readonly order: Uint32Array;
}

/** Scores all rows, a piece at a time; a row has the same score wherever the table is cut. */
export async function scoreTable(
  model: TableModel,
  source: Table,
  tell: (share: number) => void,
): Promise<TableScore> {
  const nats = new Float64Array(source.rows);
  const percentile = new Float64Array(source.rows);
  for (let first = 0; first < source.rows; first += PIECE) {
    const count = Math.min(PIECE, source.rows - first);
    const piece = selectRows(
      source,
      Uint32Array.from({ length: count }, (_, i) => first + i),
    );
    const scores = await model.score(piece, { firstRow: first, impossible: "zero" });
    nats.set(scores.nats, first);
    percentile.set(scores.percentile, first);
    tell((first + count) / source.rows);
  }
  const order = Uint32Array.from({ length: source.rows }, (_, i) => i).sort((a, b) =>
    nats[a] === nats[b] ? a - b : nats[a]! - nats[b]!,
  );
  return { nats, percentile, order };
}

/** Rows of the order from `first` on, cell by cell. */
export async function explainedRows(
  model: TableModel,
  source: Table,
  file: string,
  { nats, percentile, order }: TableScore,
  first: number,
  count: number,
): Promise<ScoredRows> {
  const chosen = order.subarray(first, first + count);
  const { columns, excessSurprisal, brokenRelations } = await model.explain(
    selectRows(source, chosen),
    { rowNumbers: chosen },
  );
  const names = source.columns.map(({ name }) => name);
  const place = new Map(columns.map((name, j) => [name, j]));
  const cells = textRows(source, chosen);
  const rows = Array.from(chosen, (row, i): ScoredRow => ({
    row,
    nats: nats[row]!,
    percentile: percentile[row]!,
    cells: cells[i]!,
    excess: names.map((name) => {
      const j = place.get(name);
      return j === undefined ? null : excessSurprisal[i * columns.length + j]!;
    }),
    broken: brokenRelations
      .filter((broken) => [...broken.rows].includes(i))
      .map(({ relation }) => describeRelation(relation)),
  }));
  const possible = nats.filter((value) => value > -Infinity);
  return {
    file,
    names,
    rows,
    total: source.rows,
    belowFirst: percentile.reduce((sum, value) => sum + (value < 1 ? 1 : 0), 0),
    impossible: nats.length - possible.length,
    meanNats: possible.reduce((sum, value) => sum + value, 0) / Math.max(1, possible.length),
  };
}
