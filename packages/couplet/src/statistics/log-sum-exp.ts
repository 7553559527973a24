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
