/** Which columns make a row unusual. */
import { logNormalDensity } from "../table/normal.ts";
import type { Table } from "../table/table.ts";
import type { TableModel } from "./table-model.ts";

/**
 * The surprise of column j in a row is how much less likely its cell is, given all other cells of the
 * row, than a typical cell there:
 *
 *   surprise_j = log E_{v ~ p(x_j | x_others)}[ p(v | x_others) ] - log p(x_j | x_others)
 *
 * in nats, with densities taken on the column's own latent scale, where every column's marginal
 * distribution is a standard normal, so that units do not matter. 0 is what the column would show at
 * its (density-weighted) mean; large positive values are what makes the row stand out.
 *
 * The conditional density comes from the joint one: p(x_j | x_others) is proportional to p(x) along
 * x_j, normalised by the trapezoidal rule on a grid over the latent scale.
 */
export interface Explanation {
  /** Columns of the table that are modelled, in order. */
  readonly columns: readonly string[];
  /** rows x columns, row-major, nats. */
  readonly surprise: Float64Array;
}

/** Grid over a latent scale: +-4.5 holds all but 7e-6 of a standard normal; steps of 0.3 resolve a tenth-of-a-deviation spline bin fairly. */
const GRID_MOST = 4.5;
const GRID_POINTS = 31;

/** Rows whose grids go through the flow at once. */
const ROWS_AT_A_TIME = 64;

export async function explainRows(
  model: TableModel,
  rows: Table,
  options: { readonly where?: string; readonly signal?: AbortSignal; readonly firstRow?: number },
): Promise<Explanation> {
  const { codec, flow } = model;
  const where = options.where ?? "table";
  const { z } = codec.encode(rows, { where, impossible: "zero", firstRow: options.firstRow ?? 0 });
  const context = model.contextOf(rows, where).context;
  const columns = codec.columns.map((column) => column.name);
  // A column may own two dimensions (value and missingness): its surprise is the larger of theirs.
  const owner = codec.dimInfo.map(({ column }) => columns.indexOf(column));
  const surprise = new Float64Array(rows.rows * columns.length).fill(-Infinity);
  const { dims, contextDims } = codec;
  for (let first = 0; first < rows.rows; first += ROWS_AT_A_TIME) {
    const count = Math.min(ROWS_AT_A_TIME, rows.rows - first);
    for (let j = 0; j < dims; j++) {
      const batch = alongDimension(z, first, count, dims, j);
      const repeated =
        context === undefined ? {} : { context: repeatRows(context, first, count, contextDims) };
      const signal = options.signal === undefined ? {} : { signal: options.signal };
      const logProb = await flow.logProb(batch, { ...repeated, ...signal });
      for (let r = 0; r < count; r++) {
        const at = (first + r) * columns.length + owner[j]!;
        const values = logProb.subarray(r * (GRID_POINTS + 1), (r + 1) * (GRID_POINTS + 1));
        surprise[at] = Math.max(surprise[at]!, surpriseOf(values));
      }
    }
  }
  return { columns, surprise };
}

/** Each row with its own value of dimension j, then with each grid value. */
function alongDimension(
  z: Float64Array,
  first: number,
  count: number,
  dims: number,
  j: number,
): Float64Array {
  const batch = new Float64Array(count * (GRID_POINTS + 1) * dims);
  for (let r = 0; r < count; r++) {
    const row = z.subarray((first + r) * dims, (first + r + 1) * dims);
    for (let k = 0; k <= GRID_POINTS; k++) {
      const at = (r * (GRID_POINTS + 1) + k) * dims;
      batch.set(row, at);
      if (k > 0) batch[at + j] = gridPoint(k - 1);
    }
  }
  return batch;
}

function gridPoint(k: number): number {
  return -GRID_MOST + (2 * GRID_MOST * k) / (GRID_POINTS - 1);
}

function repeatRows(
  context: Float64Array,
  first: number,
  count: number,
  dims: number,
): Float64Array {
  const out = new Float64Array(count * (GRID_POINTS + 1) * dims);
  for (let i = 0; i < count * (GRID_POINTS + 1); i++) {
    const row = first + Math.floor(i / (GRID_POINTS + 1));
    out.set(context.subarray(row * dims, (row + 1) * dims), i * dims);
  }
  return out;
}

/** From log p at the row's own value and along the grid. */
function surpriseOf(values: Float64Array): number {
  const own = values[0]!;
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  let mass = 0;
  let square = 0;
  const step = (2 * GRID_MOST) / (GRID_POINTS - 1);
  for (let k = 1; k <= GRID_POINTS; k++) {
    const p = Math.exp(values[k]! - top);
    mass += p * step;
    square += p * p * step;
  }
  // E_v[p(v)] / p(own), the normalisers cancelling but one: (sum p^2 / sum p) / p_own.
  if (mass === 0) return -logNormalDensity(GRID_MOST);
  return Math.log(square / mass) + top - own;
}
