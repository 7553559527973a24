/** Mean, deviation and shape of a sample, computed on a scale where squares and fourth powers neither overflow nor vanish. */
export interface Moments {
  readonly mean: number;
  /** Square root of the mean squared deviation. */
  readonly deviation: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** Moments of finite numbers; all 0 for none. */
export function momentsOf(values: Float64Array): Moments {
  const n = values.length;
  let largest = 0;
  for (const v of values) largest = Math.max(largest, Math.abs(v));
  if (largest === 0) return { mean: 0, deviation: 0, skewness: 0, excessKurtosis: 0 };
  let mean = 0;
  for (const v of values) mean += v / largest / n;
  let spread = 0;
  for (const v of values) spread = Math.max(spread, Math.abs(v / largest - mean));
  if (spread === 0) return { mean: mean * largest, deviation: 0, skewness: 0, excessKurtosis: 0 };
  let [m2, m3, m4] = [0, 0, 0];
  for (const v of values) {
    const d = (v / largest - mean) / spread;
    m2 += (d * d) / n;
    m3 += (d * d * d) / n;
    m4 += (d * d * d * d) / n;
  }
  return {
    mean: mean * largest,
    deviation: Math.sqrt(m2) * spread * largest,
    skewness: m3 / m2 ** 1.5,
    excessKurtosis: m4 / (m2 * m2) - 3,
  };
}
