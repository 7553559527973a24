/** The nearest of a table's encoded rows: in which directions, and how far, rows lie around each of them. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";

/** The rows nearest to each row. */
export interface NearestLatentRows {
  /** How many for each row. */
  readonly count: number;
  /** rows x count: their numbers. */
  readonly of: Int32Array;
  /** Per row: the root mean square of their differences from it, in the variable where that is largest. */
  readonly spread: Float64Array;
}

/** Neighbours of a row: their differences span as many directions. */
const MOST = 20;
/** Rows that are looked through for each row; of more, evenly chosen ones. */
const LOOKED_THROUGH = 2000;
/** Comparisons between two yields: a few milliseconds. */
const PIECE = 100_000;

/**
 * Finds the nearest rows by Euclidean distance in some variables, in pieces.
 *
 * @param z rows x dims
 * @param on the variables that count
 */
export function* nearestLatentRows(
  z: Float64Array,
  dims: number,
  on: readonly number[],
): InPieces<NearestLatentRows> {
  const rows = z.length / dims;
  const stride = Math.max(1, Math.ceil(rows / LOOKED_THROUGH));
  const among = Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  const count = Math.min(MOST, among.length - 1);
  const nearest = new Int32Array(rows * count);
  const spread = new Float64Array(rows);
  const far = new Float64Array(count);
  if (count < 1) return { count: 0, of: nearest, spread };
  for (let row = 0; row < rows; row++) {
    if (row % Math.ceil(PIECE / among.length) === 0) yield;
    far.fill(Infinity);
    const first = row * count;
    for (const other of among) {
      if (other === row) continue;
      let square = 0;
      for (const d of on) square += (z[row * dims + d]! - z[other * dims + d]!) ** 2;
      if (square >= far[count - 1]!) continue;
      let k = count - 1;
      for (; k > 0 && far[k - 1]! > square; k--) {
        far[k] = far[k - 1]!;
        nearest[first + k] = nearest[first + k - 1]!;
      }
      far[k] = square;
      nearest[first + k] = other;
    }
    for (const d of on) {
      let squares = 0;
      for (let k = 0; k < count; k++)
        squares += (z[nearest[first + k]! * dims + d]! - z[row * dims + d]!) ** 2 / count;
      spread[row] = Math.max(spread[row]!, Math.sqrt(squares));
    }
  }
  return { count, of: nearest, spread };
}
