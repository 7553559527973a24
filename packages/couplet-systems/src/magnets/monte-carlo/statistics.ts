/** A number with its standard error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/**
 * Integrated autocorrelation time of a series in steps, 1/2 + sum_t rho(t), summed up to the first
 * window W >= 5 tau(W) (Sokal 1997, "Monte Carlo methods in statistical mechanics"). 1/2 for independent numbers.
 * The variance of a mean over n steps is then 2 tau / n times that of one step.
 */
export function autocorrelationTime(series: Float64Array): number {
  const n = series.length;
  let mean = 0;
  for (const x of series) mean += x / n;
  let variance = 0;
  for (const x of series) variance += (x - mean) ** 2 / n;
  // A constant series (a saturated magnet) has nothing to correlate.
  if (!(variance > 1e-30 * (mean * mean + 1e-300))) return 0.5;
  let tau = 0.5;
  for (let t = 1; t < n; t++) {
    let sum = 0;
    for (let i = 0; i + t < n; i++) sum += (series[i]! - mean) * (series[i + t]! - mean);
    tau += sum / (n - t) / variance;
    if (t >= 5 * tau) break;
  }
  return Math.max(tau, 0.5);
}

/** One level of {@link blockingAnalysis}. */
export interface BlockingLevel {
  readonly blockLength: number;
  readonly error: number;
  /** Standard error of `error` itself. */
  readonly uncertainty: number;
}

/**
 * Error of the mean of a correlated series by blocking (Flyvbjerg and Petersen 1989, J. Chem. Phys. 91,
 * 461): neighbours are averaged in pairs again and again; the error grows until blocks are independent.
 *
 * @returns the levels and the plateau: the first level that no later level exceeds by more than its
 * own uncertainty; `reached` is false if the errors still grow at the end (the run is too short)
 */
export function blockingAnalysis(series: Float64Array): {
  readonly error: number;
  readonly reached: boolean;
  readonly levels: readonly BlockingLevel[];
} {
  const levels: BlockingLevel[] = [];
  let blocks = series.slice();
  for (let blockLength = 1; blocks.length >= 8; blockLength *= 2) {
    const n = blocks.length;
    let mean = 0;
    for (const x of blocks) mean += x / n;
    let variance = 0;
    for (const x of blocks) variance += (x - mean) ** 2 / n;
    const error = Math.sqrt(variance / (n - 1));
    levels.push({ blockLength, error, uncertainty: error / Math.sqrt(2 * (n - 1)) });
    const half = new Float64Array(n >> 1);
    for (let i = 0; i < half.length; i++) half[i] = (blocks[2 * i]! + blocks[2 * i + 1]!) / 2;
    blocks = half;
  }
  const plateau = levels.findIndex((level, i) =>
    levels.slice(i + 1).every((later) => later.error <= level.error + later.uncertainty),
  );
  const chosen = levels[plateau < 0 ? levels.length - 1 : plateau];
  return {
    error: chosen?.error ?? NaN,
    // The last two levels have 8 to 31 blocks: a plateau that begins there has not been seen.
    reached: plateau >= 0 && plateau < levels.length - 2,
    levels,
  };
}

/**
 * Value and jackknife error of a function of means.
 *
 * @param blocks independent blocks x quantities: each block's *sum* of every quantity
 * @param estimator from the sums over any set of blocks (ratios of sums are means)
 */
export function jackknife(
  blocks: readonly Float64Array[],
  estimator: (sums: Float64Array) => number,
): Estimate {
  const total = new Float64Array(blocks[0]?.length ?? 0);
  for (const block of blocks) for (let q = 0; q < total.length; q++) total[q]! += block[q]!;
  const value = estimator(total);
  const n = blocks.length;
  let mean = 0;
  const left = blocks.map((block) => estimator(total.map((sum, q) => sum - block[q]!)));
  for (const x of left) mean += x / n;
  let spread = 0;
  for (const x of left) spread += (x - mean) ** 2;
  return { value, error: Math.sqrt(((n - 1) / n) * spread) };
}

/** How chains are cut: one block a chain where there are many chains, else blocks of at least `length` steps. */
export function cutBlocks(
  chainLengths: readonly number[],
  length: number,
): { chain: number; from: number; to: number }[] {
  if (chainLengths.length >= 32) return chainLengths.map((to, chain) => ({ chain, from: 0, to }));
  return chainLengths.flatMap((n, chain) => {
    // 64 blocks give the error to 9 %; more would make them short for nothing.
    const count = Math.max(
      2,
      Math.min(Math.ceil(64 / chainLengths.length), Math.floor(n / length)),
    );
    return Array.from({ length: count }, (_, b) => ({
      chain,
      from: Math.floor((b * n) / count),
      to: Math.floor(((b + 1) * n) / count),
    }));
  });
}
