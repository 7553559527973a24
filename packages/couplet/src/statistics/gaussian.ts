/** The full-covariance Gaussian: what a flow has to be better than. */
import { cholesky } from "../numerics/cholesky.ts";
import { type InPieces, atOnce } from "../threads/yield-to-event-loop.ts";

/** A Gaussian with a full covariance matrix. */
export interface Gaussian {
  readonly dims: number;
  readonly mean: Float64Array;
  /** Lower Cholesky factor of the covariance, dims x dims, row-major. */
  readonly factor: Float64Array;
  /** log density per row, nats. `z` is rows x dims. */
  logDensity(z: Float64Array | Float32Array): Float64Array;
}

/** Mean and covariance (dims x dims, the lower half) of rows, by (weighted) maximum likelihood. */
export interface Moments {
  readonly dims: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * Mean and covariance of rows.
 *
 * @param z rows x dims
 * @param weights one per row, at least 0; default 1 each
 */
export function momentsOf(
  z: Float64Array | Float32Array,
  dims: number,
  weights?: ArrayLike<number>,
): Moments {
  return atOnce(momentsInPieces(z, dims, weights));
}

/** Numbers that a row may be multiplied with between two yields: a few milliseconds. */
const PIECE = 1e6;

/** Rows between two yields. */
function rowsOfPiece(dims: number): number {
  return Math.max(1, Math.ceil(PIECE / dims ** 2));
}

/** {@link momentsOf} in pieces. */
export function* momentsInPieces(
  z: Float64Array | Float32Array,
  dims: number,
  weights?: ArrayLike<number>,
): InPieces<Moments> {
  const rows = z.length / dims;
  const piece = rowsOfPiece(dims);
  const { total, mean } = meanOf(z, dims, weights);
  const covariance = new Float64Array(dims * dims);
  for (let from = 0; from < rows; from += piece) {
    yield;
    addProducts(z, from, Math.min(rows, from + piece), mean, covariance, total, weights);
  }
  return { dims, mean, covariance };
}

function meanOf(
  z: Float64Array | Float32Array,
  dims: number,
  weights: ArrayLike<number> | undefined,
): { readonly total: number; readonly mean: Float64Array } {
  const rows = z.length / dims;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights?.[i] ?? 1;
  const mean = new Float64Array(dims);
  for (let i = 0; i < rows; i++) {
    const share = (weights?.[i] ?? 1) / total;
    for (let a = 0; a < dims; a++) mean[a]! += share * z[i * dims + a]!;
  }
  return { total, mean };
}

/** Adds the products of some rows' deviations, over the total weight, to the lower half of a covariance. */
function addProducts(
  z: Float64Array | Float32Array,
  from: number,
  to: number,
  mean: Float64Array,
  covariance: Float64Array,
  total: number,
  weights: ArrayLike<number> | undefined,
): void {
  const dims = mean.length;
  for (let i = from; i < to; i++) {
    const share = (weights?.[i] ?? 1) / total;
    for (let a = 0; a < dims; a++) {
      const da = share * (z[i * dims + a]! - mean[a]!);
      for (let b = 0; b <= a; b++) covariance[a * dims + b]! += da * (z[i * dims + b]! - mean[b]!);
    }
  }
}

/** `gaussian.logDensity(z)` in pieces. */
export function* logDensityInPieces(
  { dims, logDensity }: Gaussian,
  z: Float64Array | Float32Array,
): InPieces<Float64Array> {
  const rows = z.length / dims;
  const piece = rowsOfPiece(dims);
  const out = new Float64Array(rows);
  for (let from = 0; from < rows; from += piece) {
    out.set(logDensity(z.subarray(from * dims, (from + piece) * dims)), from);
    yield;
  }
  return out;
}

/**
 * The Gaussian of these moments, with `ridge` times its own variance added to each column's (a constant one: the mean variance), so that
 * columns that determine each other do not make it singular.
 *
 * @param options `shrink` multiplies the covariances between columns by 1 - shrink: 1 leaves columns
 *   that know nothing of each other, which is better where rows are few (Ledoit & Wolf 2004)
 */
export function gaussianOf(
  { dims, mean, covariance: given }: Moments,
  { ridge = 1e-6, shrink = 0 }: { readonly ridge?: number; readonly shrink?: number } = {},
): Gaussian {
  const covariance = given.map((value, k) => (k % (dims + 1) === 0 ? value : (1 - shrink) * value));
  let trace = 0;
  for (let a = 0; a < dims; a++) trace += covariance[a * dims + a]! / dims;
  // Of each column's own variance: its unit does not matter.
  for (let a = 0; a < dims; a++)
    covariance[a * dims + a]! += ridge * (covariance[a * dims + a]! || trace || 1);
  const factor = cholesky(covariance, dims);
  let logDet = 0;
  for (let a = 0; a < dims; a++) logDet += Math.log(factor[a * dims + a]!);
  const constant = -0.5 * dims * Math.log(2 * Math.PI) - logDet;

  return {
    dims,
    mean,
    factor,
    logDensity(points) {
      const count = points.length / dims;
      const out = new Float64Array(count);
      const y = new Float64Array(dims);
      for (let i = 0; i < count; i++) {
        // Forward substitution: |L^-1 (z - mean)|^2.
        let square = 0;
        for (let a = 0; a < dims; a++) {
          let v = points[i * dims + a]! - mean[a]!;
          for (let b = 0; b < a; b++) v -= factor[a * dims + b]! * y[b]!;
          y[a] = v / factor[a * dims + a]!;
          square += y[a]! ** 2;
        }
        out[i] = constant - 0.5 * square;
      }
      return out;
    },
  };
}
