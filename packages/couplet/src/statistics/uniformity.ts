/** Whether numbers between 0 and 1 are draws of the uniform distribution. */

/** A Kolmogorov-Smirnov test. */
export interface UniformityTest {
  readonly rows: number;
  /** sup |F_n(u) - u|. */
  readonly distance: number;
  /** How often a uniform sample of this size lies at least so far away. */
  readonly pValue: number;
}

/** sup |F_n(u) - u| of numbers between 0 and 1. */
export function distanceToUniform(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let most = 0;
  sorted.forEach((u, i) => (most = Math.max(most, u - i / n, (i + 1) / n - u)));
  return most;
}

/**
 * Kolmogorov-Smirnov test of numbers between 0 and 1 against the uniform distribution:
 *
 *   p = Q((sqrt n + 0.12 + 0.11 / sqrt n) D),   Q(x) = 2 sum_k (-1)^(k-1) exp(-2 k^2 x^2)
 *
 * @param effectiveRows n, where the values are worth fewer independent ones
 * @see Stephens 1970, "Use of the Kolmogorov-Smirnov, Cramer-von Mises and related statistics without extensive tables"
 */
export function testUniformity(
  values: Float64Array,
  effectiveRows: number = values.length,
): UniformityTest {
  const rows = values.length;
  const distance = distanceToUniform(values);
  const root = Math.sqrt(effectiveRows);
  return { rows, distance, pValue: rows === 0 ? 1 : tail((root + 0.12 + 0.11 / root) * distance) };
}

/** The Kolmogorov distribution's upper tail. */
function tail(x: number): number {
  // The series alternates without converging there; the tail is 1 to 14 digits.
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
