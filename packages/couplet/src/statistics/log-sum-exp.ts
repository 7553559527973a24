/** Sums, means and weights of numbers that are known by their logarithms. */

/**
 * The importance estimate of each row's log density from K draws:
 *
 *   log p(row) ~ logsumexp_k(logWeights[k][row]) - log K
 *
 * A lower bound in expectation for any K, and one that tightens as K grows (Burda et al. 2016).
 *
 * @param logWeights K arrays of `log p_flow(z_k) + logCorrection_k`
 */
export function logMeanExp(logWeights: readonly Float64Array[]): Float64Array {
  const draws = logWeights.length;
  const rows = logWeights[0]?.length ?? 0;
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = -Infinity;
    for (const weights of logWeights) top = Math.max(top, weights[i]!);
    let sum = 0;
    for (const weights of logWeights) sum += Math.exp(weights[i]! - top);
    out[i] = top === -Infinity ? -Infinity : top + Math.log(sum / draws);
  }
  return out;
}

/** log of the mean of exp(l_i); -Infinity when all are. */
export function logMean(l: Float64Array): number {
  const top = l.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(l.reduce((sum, value) => sum + Math.exp(value - top), 0) / l.length);
}

/** exp(l_i), relative to the largest, which is 1; 0 for all when all l_i are -Infinity. */
export function relativeWeights(l: Float64Array): Float64Array {
  const top = l.reduce((most, value) => Math.max(most, value), -Infinity);
  return top === -Infinity ? new Float64Array(l.length) : l.map((value) => Math.exp(value - top));
}
