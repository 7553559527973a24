/**
 * Holm's adjusted p-values: the chance, at most, that any of the tests with so small a p-value would reject if all hypotheses held.
 *
 *   adjusted_(k) = max over j <= k of min(1, (m - j + 1) p_(j))
 *
 * @param pValues one for each test, in any order; the tests may depend on each other
 * @see Holm 1979, "A simple sequentially rejective multiple test procedure"
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.slice();
  let most = 0;
  for (const [place, i] of order.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - place) * pValues[i]!));
    adjusted[i] = most;
  }
  return adjusted;
}
