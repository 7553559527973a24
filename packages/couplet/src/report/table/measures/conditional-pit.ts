import { betweenEvents, eventLoopYielder } from "../../../threads/yield-to-event-loop.ts";
import type { Table } from "../../../table/table.ts";
import { contextOf } from "../../../table-model/score/context-rows.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/**
 * The probability integral transform of every cell under its conditional distribution,
 *
 *   u_rj = P(x_j <= its value | all other cells of row r),
 *
 * uniform on [0, 1] when the model is right. Computed on the column's latent scale, where discrete
 * cells are spread over their intervals at random (the randomised transform of Dunn & Smyth 1996),
 * by the trapezoidal rule on a grid that is fine around the cell and coarse elsewhere.
 */
export interface ConditionalPit {
  readonly columns: readonly string[];
  readonly rows: number;
  /** rows x columns. */
  readonly u: Float64Array;
}

/** The whole latent scale coarsely: +-5 holds all but 6e-7 of a standard normal. */
const COARSE = Array.from({ length: 27 }, (_, k) => -5.2 + 0.4 * k);

/** Offsets from the cell: a conditional density as narrow as a category's interval has its mass here. */
const FINE = [0.01, 0.03, 0.07, 0.15, 0.3].flatMap((step) => [-step, step]);

/** Rows whose grids go through the flow at once. */
const ROWS_AT_A_TIME = 128;

export async function conditionalPit(
  model: TableModel,
  rows: Table,
  columns: readonly string[],
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<ConditionalPit> {
  const { codec, flow } = model;
  const { dims, contextDims, dimInfo } = codec;
  const encoding = codec.encodeInPieces(rows, { where: options.where, impossible: "zero" });
  const { z } = await betweenEvents(encoding, options.signal);
  const yielding = eventLoopYielder(options.signal);
  const { context } = contextOf(model.codec, rows, options.where);
  const u = new Float64Array(rows.rows * columns.length);
  const points = COARSE.length + FINE.length + 1;
  for (let first = 0; first < rows.rows; first += ROWS_AT_A_TIME) {
    const count = Math.min(ROWS_AT_A_TIME, rows.rows - first);
    const repeated =
      context === undefined ? {} : { context: repeat(context, first, count, contextDims, points) };
    for (const [j, name] of columns.entries()) {
      // The flow computes so few rows at once, without the event loop in between.
      await yielding();
      const d = dimInfo.findIndex(({ column }) => column === name);
      const batch = repeat(z, first, count, dims, points);
      const grids = Array.from({ length: count }, (_, r) => gridAround(z[(first + r) * dims + d]!));
      grids.forEach((grid, r) =>
        grid.forEach((value, k) => (batch[(r * points + k) * dims + d] = value)),
      );
      const signal = options.signal === undefined ? {} : { signal: options.signal };
      const logProb = await flow.logProb(batch, { ...repeated, ...signal });
      grids.forEach((grid, r) => {
        const own = z[(first + r) * dims + d]!;
        const values = logProb.subarray(r * points, (r + 1) * points);
        u[(first + r) * columns.length + j] = massBelow(grid, values, own);
      });
    }
  }
  return { columns, rows: rows.rows, u };
}

function gridAround(own: number): number[] {
  return [...COARSE, own, ...FINE.map((offset) => own + offset)].sort((a, b) => a - b);
}

function repeat(
  rows: Float64Array,
  first: number,
  count: number,
  width: number,
  times: number,
): Float64Array {
  const out = new Float64Array(count * times * width);
  for (let i = 0; i < count * times; i++) {
    const row = first + Math.floor(i / times);
    out.set(rows.subarray(row * width, (row + 1) * width), i * width);
  }
  return out;
}

/** The share of the mass of exp(values) on the grid that lies below `own`, one of its points. */
function massBelow(grid: readonly number[], values: Float64Array, own: number): number {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  let [below, all] = [0, 0];
  for (let k = 1; k < grid.length; k++) {
    const mass =
      0.5 *
      (grid[k]! - grid[k - 1]!) *
      (Math.exp(values[k]! - top) + Math.exp(values[k - 1]! - top));
    all += mass;
    if (grid[k]! <= own) below += mass;
  }
  return all > 0 ? below / all : 0.5;
}
