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
  const among = Math.ceil(rows / stride);
  const count = Math.min(MOST, among - 1);
  const nearest = new Int32Array(rows * count);
  const spread = new Float64Array(rows);
  if (count < 1) return { count: 0, of: nearest, spread };
  // The variables that count, side by side: the loops below read nothing else.
  const width = on.length;
  const points = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++) points[row * width + k] = z[row * dims + on[k]!]!;
  const far = new Float64Array(count);
  for (let row = 0; row < rows; row++) {
    if (row % Math.ceil(PIECE / among) === 0) yield;
    findNearest(points, width, row, stride, far, nearest.subarray(row * count, (row + 1) * count));
    spread[row] = spreadAround(
      points,
      width,
      row,
      nearest.subarray(row * count, (row + 1) * count),
    );
  }
  return { count, of: nearest, spread };
}

/** Writes the numbers of the rows nearest to a row, of every `stride`-th one, the nearest first. */
function findNearest(
  points: Float64Array,
  width: number,
  row: number,
  stride: number,
  far: Float64Array,
  nearest: Int32Array,
): void {
  const last = far.length - 1;
  const rows = points.length / width;
  far.fill(Infinity);
  for (let other = 0; other < rows; other += stride) {
    if (other === row) continue;
    const least = far[last]!;
    let square = 0;
    // A sum that has passed the farthest of the nearest never comes back.
    for (
      let a = row * width, b = other * width, end = a + width;
      a < end && square < least;
      a++, b++
    ) {
      const difference = points[a]! - points[b]!;
      square += difference * difference;
    }
    if (!(square < least)) continue;
    let k = last;
    for (; k > 0 && far[k - 1]! > square; k--) {
      far[k] = far[k - 1]!;
      nearest[k] = nearest[k - 1]!;
    }
    far[k] = square;
    nearest[k] = other;
  }
}

/** The root mean square of the differences of rows from one, in the variable where that is largest. */
function spreadAround(
  points: Float64Array,
  width: number,
  row: number,
  nearest: Int32Array,
): number {
  let most = 0;
  for (let d = 0; d < width; d++) {
    let squares = 0;
    for (const other of nearest)
      squares += (points[other * width + d]! - points[row * width + d]!) ** 2 / nearest.length;
    most = Math.max(most, Math.sqrt(squares));
  }
  return most;
}
