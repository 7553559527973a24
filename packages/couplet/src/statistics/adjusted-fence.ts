/** From where on a value is far below the others, of a distribution that may be skewed. */

/** Values that the medcouple is computed of, at most: it takes their number squared. */
const MOST_VALUES = 1001;

/**
 * The medcouple, a robust skewness from -1 to 1: the median of
 *
 *   ((x_j - m) - (m - x_i)) / (x_j - x_i)   over x_i <= m <= x_j,  m the median
 *
 * 0 for a symmetric distribution. Of more than 1,001 values it is that of 1,001 quantiles.
 *
 * @param sorted ascending
 * @see Brys, Hubert, Struyf 2004, "A robust measure of skewness", https://doi.org/10.1198/106186004X12632
 */
export function medcouple(sorted: Float64Array): number {
  const values =
    sorted.length <= MOST_VALUES
      ? sorted
      : Float64Array.from({ length: MOST_VALUES }, (_, i) =>
          quantileOf(sorted, i / (MOST_VALUES - 1)),
        );
  const median = quantileOf(values, 0.5);
  const kernel: number[] = [];
  for (const low of values) {
    if (low > median) break;
    for (const high of values)
      // Values that equal the median say nothing of which tail is longer.
      if (high >= median && high > low)
        kernel.push((high - median - (median - low)) / (high - low));
  }
  return kernel.length === 0 ? 0 : quantileOf(Float64Array.from(kernel).sort(), 0.5);
}

/**
 * The lower fence of the adjusted boxplot: Q1 - 1.5 exp(-4 MC) IQR for a medcouple from 0 on, Q1 - 1.5 exp(-3 MC) IQR below. Of a normal
 * distribution 0.35 % lie below, of other skewed ones without outliers 1 % or less. Up to a quarter of the values may be outliers on that side.
 *
 * @see Hubert, Vandervieren 2008, "An adjusted boxplot for skewed distributions", https://doi.org/10.1016/j.csda.2007.11.008
 */
export function lowerFence(values: Float64Array): number {
  const sorted = values.filter(Number.isFinite).sort();
  const [first, third] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const skewness = medcouple(sorted);
  return first - 1.5 * Math.exp((skewness >= 0 ? -4 : -3) * skewness) * (third - first);
}

function quantileOf(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
