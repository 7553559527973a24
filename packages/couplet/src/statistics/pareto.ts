/** The shape of the tail of importance weights: whether their mean and variance can be trusted. */

/**
 * The shape k of the generalised Pareto distribution fitted to the largest min(0.2 n, 3 sqrt n) weights (Vehtari et al. 2024,
 * Pareto smoothed importance sampling, section 3; fit of Zhang & Stephens 2009 with the weak prior of that paper). k below
 * 0.5: the variance of the weights is finite; above 0.7: estimates from these weights are not reliable; above 1: the
 * weights have no mean.
 *
 * @param logWeights up to a constant; -Infinity is a weight of 0
 * @returns NaN for fewer than 5 weights in the tail
 */
export function paretoShape(logWeights: ArrayLike<number>): number {
  const sorted = Float64Array.from(logWeights).sort();
  const n = sorted.length;
  const tail = Math.ceil(Math.min(0.2 * n, 3 * Math.sqrt(n)));
  const top = sorted[n - 1]!;
  if (tail < 5 || n === tail || top === -Infinity) return NaN;
  const cutoff = Math.exp(sorted[n - tail - 1]! - top);
  const exceedances = sorted.subarray(n - tail).map((l) => Math.exp(l - top) - cutoff);
  // Equal weights: no tail at all.
  if (!(exceedances[tail - 1]! > 1e-12)) return -Infinity;
  return generalisedParetoShape(exceedances);
}

/** Zhang & Stephens 2009, section 2, on ascending values from 0 up. */
function generalisedParetoShape(values: Float64Array): number {
  const n = values.length;
  const points = 30 + Math.floor(Math.sqrt(n));
  const quartile = values[Math.max(0, Math.floor(n / 4 + 0.5) - 1)]!;
  // Ties at the cutoff: the first value above it stands for the quartile.
  const scale = quartile > 0 ? quartile : values.find((value) => value > 0)!;
  const largest = values[n - 1]!;
  const grid = Float64Array.from(
    { length: points },
    (_, i) => 1 / largest + (1 - Math.sqrt(points / (i + 0.5))) / (3 * scale),
  );
  const meanLog = (theta: number) => {
    let sum = 0;
    for (const value of values) sum += Math.log1p(-theta * value);
    return sum / n;
  };
  const profile = grid.map((theta) => {
    const k = meanLog(theta);
    return n * (Math.log(-theta / k) - k - 1);
  });
  const best = Math.max(...profile.filter(Number.isFinite));
  let total = 0;
  let mean = 0;
  for (const [i, theta] of grid.entries()) {
    const weight = Math.exp(profile[i]! - best);
    if (!(weight > 0)) continue;
    total += weight;
    mean += weight * theta;
  }
  const k = meanLog(mean / total);
  // A prior of ten observations at k = 0.5.
  return (n * k + 10 * 0.5) / (n + 10);
}
