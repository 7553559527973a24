/** Plain float64 vector arithmetic for the iteration drivers: short, allocation-explicit, no blocking tricks. */

/** The inner product `sum_i a_i b_i`. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The Euclidean norm, scaled so that entries near 1e200 do not overflow. */
export function norm(a: Float64Array): number {
  const direct = Math.sqrt(dot(a, a));
  if (Number.isFinite(direct) && direct > 1e-150) return direct;
  let largest = 0;
  for (const value of a) {
    if (Number.isNaN(value)) return NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0;
  for (const value of a) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** A new vector `a - b`. */
export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i] - b[i];
  return result;
}

/** `target += factor * a`, in place. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < a.length; i++) target[i] += factor * a[i];
}

/** A new vector `a + factor * b`. */
export function combine(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  const result = a.slice();
  addScaled(result, factor, b);
  return result;
}

/** Index of the first entry that is NaN or infinite, or -1. */
export function firstNonFinite(a: Float64Array): number {
  return a.findIndex((value) => !Number.isFinite(value));
}
