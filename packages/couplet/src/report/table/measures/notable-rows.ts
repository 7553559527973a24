import { selectRows, textCells, type Table } from "../../../table/table.ts";
import { percentileAmong } from "../../../table-model/fit/held-out.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/** A row of the input table with its score and its unusual cells. */
export interface NotableRow {
  /** Number of the row in the input table, from 1. */
  readonly row: number;
  /** Log density, nats; `null` for a row of probability 0. */
  readonly nats: number | null;
  /** Percentage of the held-out rows of the fit that are less likely. */
  readonly percentile: number;
  /** Modelled and context columns: name and cell; `null` is missing. */
  readonly cells: readonly (readonly [column: string, cell: string | null])[];
  /** The columns of the greatest excess surprisal, in nats, first; empty for typical rows. See `TableModel.explain`. */
  readonly surprises: readonly { readonly column: string; readonly nats: number }[];
}

/** The rows that the model finds least and most likely. */
export interface NotableRows {
  readonly worst: readonly NotableRow[];
  readonly typical: readonly NotableRow[];
}

const WORST = 8;
const TYPICAL = 4;
const MOST_CELLS = 3;

/** A cell of less excess surprisal, in nats, is not unusual: half a nat is a factor of 1.6. */
const LEAST_EXCESS = 0.5;

/**
 * @param numbers of `rows` in the table that they come from
 * @param nats    scores of `rows`
 */
export async function notableRows(
  model: TableModel,
  { rows, numbers }: { readonly rows: Table; readonly numbers: Float64Array },
  nats: Float64Array,
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<NotableRows> {
  const order = [...nats.keys()].sort((a, b) => nats[a]! - nats[b]! || a - b);
  const worst = order.slice(0, Math.min(WORST, Math.ceil(rows.rows / 4)));
  const typical = order.slice(-Math.min(TYPICAL, Math.floor(rows.rows / 4))).toReversed();
  const explained = await model.explain(selectRows(rows, worst), options);
  const { columns } = explained;
  const excess = worst.map((_, i) =>
    columns
      .map((column, j) => ({ column, nats: explained.excessSurprisal[i * columns.length + j]! }))
      .filter(({ nats }) => nats > LEAST_EXCESS)
      .sort((a, b) => b.nats - a.nats)
      .slice(0, MOST_CELLS),
  );
  return {
    worst: describe(model, { rows, numbers }, nats, worst, (i) => excess[i]!),
    typical: describe(model, { rows, numbers }, nats, typical, () => []),
  };
}

function describe(
  model: TableModel,
  { rows, numbers }: { readonly rows: Table; readonly numbers: Float64Array },
  nats: Float64Array,
  indices: readonly number[],
  excess: (i: number) => NotableRow["surprises"],
): NotableRow[] {
  const names = new Set([
    ...model.codec.columns.map(({ name }) => name),
    ...model.codec.contextNames,
  ]);
  const picked = selectRows(rows, indices);
  const columns = picked.columns
    .filter(({ name }) => names.has(name))
    .map((column) => [column.name, textCells(column)] as const);
  return indices.map((index, i) => ({
    row: numbers[index]!,
    nats: Number.isFinite(nats[index]!) ? nats[index]! : null,
    percentile: percentileAmong(model.heldOut.quantiles, nats[index]!),
    cells: columns.map(([name, cells]) => [name, cells[i] ?? null] as const),
    surprises: excess(i),
  }));
}
