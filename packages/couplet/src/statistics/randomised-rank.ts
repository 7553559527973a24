/** A number's place among draws; equal numbers lie below or above it by lot. */
import { philoxUniform } from "../random/philox.ts";

/** Streams of the generator beside those that models use for their own draws. */
const TIES = 0x7a11;

/** Addresses the lot U, so that a seed gives the same place again. */
export interface Lot {
  readonly seed: number;
  readonly row: number;
  readonly stream: number;
}

/**
 * (r + (e + 1) U) / (L + 1), where r of the L numbers lie below `value`, e equal it and U is uniform: uniform on (0, 1) when `value` is a
 * draw of the same law, whatever L and however many of them are equal.
 */
export function randomisedRank(value: number, among: ArrayLike<number>, lot: Lot): number {
  let below = 0;
  let equal = 0;
  for (let k = 0; k < among.length; k++) {
    const other = among[k]!;
    if (other < value) below++;
    else if (other === value) equal++;
  }
  return placed(below, equal, among.length, lot);
}

/**
 * `randomisedRank` of each value among one sample, in O(log L) a value.
 *
 * @param seed and `stream` address the lots, with the value's number as the row
 */
export function randomisedRanks(
  values: Float64Array,
  among: Float64Array,
  seed: number,
  stream = 0,
): Float64Array {
  const sorted = among.slice().sort();
  return values.map((value, row) => {
    const below = countBelow(sorted, (other) => other < value);
    const notAbove = countBelow(sorted, (other) => other <= value);
    return placed(below, notAbove - below, sorted.length, { seed, row, stream });
  });
}

function placed(below: number, equal: number, count: number, lot: Lot): number {
  const uniform = philoxUniform({ ...lot, stream: TIES + lot.stream });
  return (below + (equal + 1) * uniform) / (count + 1);
}

/** How many of the first sorted values `holds` is true of, by bisection. */
function countBelow(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
