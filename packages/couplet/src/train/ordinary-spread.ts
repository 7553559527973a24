/** The middle of a column and the distance from it that is ordinary, whatever a few values far away say. */
import type { Batch } from "../flow/model/rows.ts";

/** Where a column's values lie. */
export interface OrdinarySpread {
  readonly median: number;
  /** Three quarters of the values that differ from the median by anything, or of all, lie within this distance of it. */
  readonly distance: number;
}

/** Values that median and spread are read off. */
const SAMPLE = 4096;

/** Fewer values do not show an ordinary range. */
export const LEAST_VALUES = 10;

/**
 * Median and third quartile of the distances from it. Of a column that is mostly one value (zeros, say) the quartile is that of the
 * other values.
 *
 * @returns undefined where fewer than 10 values tell
 */
export function ordinarySpread(
  { rows, cols, data }: Batch,
  column: number,
): OrdinarySpread | undefined {
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  const sample = Float64Array.from(
    { length: Math.ceil(rows / step) },
    (_, i) => data[i * step * cols + column]!,
  ).filter((x) => !Number.isNaN(x));
  if (sample.length < LEAST_VALUES) return undefined;
  const median = sample.toSorted()[sample.length >> 1]!;
  const distances = sample.map((x) => Math.abs(x - median)).toSorted();
  const upperQuartile = (sorted: Float64Array): number => sorted[Math.floor(0.75 * sorted.length)]!;
  const distance = upperQuartile(distances);
  if (distance > 0) return { median, distance };
  const others = distances.filter((x) => x > 0);
  return others.length < LEAST_VALUES ? undefined : { median, distance: upperQuartile(others) };
}
