/** A rate per sweep from logarithms of errors. */

/** What a sweep multiplies an error by. */
export interface Rate {
  readonly value: number;
  /** Difference between the last third of the sweeps and the third before it; 0 of a rate that is computed from a matrix. */
  readonly uncertainty: number;
}

/**
 * The rate of ln |e_k|, k = 0, 1, ..., from the last third of the sweeps: exp of the mean increment, weighted by exp(-1 / (t (1 - t)))
 * over the third, t from 0 to 1.
 *
 * Errors that turn (complex pairs of eigenvalues) make increments quasi-periodic. A mean, or a line of least squares, of n of them is
 * wrong by 1 / n or 1 / n^2; with a weight that vanishes smoothly at both ends the error falls faster than any power of n (Das, Saiki, Sander,
 * Yorke 2017, https://doi.org/10.1088/1361-6544/aa84c2).
 */
export function rateOf(logarithms: readonly number[]): Rate {
  const third = Math.floor(logarithms.length / 3);
  const increments = logarithms.slice(1).map((value, k) => value - logarithms[k]!);
  const value = Math.exp(smoothMean(increments.slice(-third)));
  const before = Math.exp(smoothMean(increments.slice(-2 * third, -third)));
  return { value, uncertainty: Math.abs(value - before) };
}

function smoothMean(values: readonly number[]): number {
  let [sum, weights] = [0, 0];
  values.forEach((value, k) => {
    const t = (k + 1) / (values.length + 1);
    const weight = Math.exp(-1 / (t * (1 - t)));
    sum += weight * value;
    weights += weight;
  });
  return sum / weights;
}
