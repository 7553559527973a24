/** The middle of numbers: of an even count the mean of the two in the middle, NaN of none. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  return n === 0 ? NaN : 0.5 * (sorted[(n - 1) >> 1]! + sorted[n >> 1]!);
}
