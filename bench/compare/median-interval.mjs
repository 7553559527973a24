/**
 * The median of `values` and a 95 % interval of the median of what they are drawn from, by the sign test: the order statistics x_(k) and
 * x_(n+1-k) with the largest k for which P(Binomial(n, 1/2) < k) <= 0.025. It assumes independent draws and nothing of their distribution.
 * Fewer than 6 values have no such interval: it is [-Infinity, Infinity].
 *
 * @param {readonly number[]} values
 * @returns {{ median: number, low: number, high: number }}
 */
export function medianInterval(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const at = (/** @type {number} */ i) => sorted[i] ?? NaN;
  const median = n % 2 === 1 ? at((n - 1) / 2) : (at(n / 2 - 1) + at(n / 2)) / 2;
  let k = 0;
  let term = 0.5 ** n; // P(Binomial = k)
  let below = term; // P(Binomial <= k)
  while (below <= 0.025) {
    k += 1;
    term *= (n - k + 1) / k;
    below += term;
  }
  if (k === 0) return { median, low: -Infinity, high: Infinity };
  return { median, low: at(k - 1), high: at(n - k) };
}
