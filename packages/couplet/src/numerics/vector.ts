/** Float64 vector arithmetic: the one inner product and the one norm of couplet and couplet-systems. */

/** The inner product `sum_i a_i b_i`, in four partial sums: one alone waits for each addition before the next. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let [p, q, r, s] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

/** The Euclidean norm, also of planar complex vectors, scaled so that entries near 1e200 do not overflow. */
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
  for (let i = 0; i < a.length; i++) result[i] = a[i]! - b[i]!;
  return result;
}

/** `target += factor * a`, in place. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < a.length; i++) target[i]! += factor * a[i]!;
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

/** x^H y as [re, im] (im 0 for real vectors). */
export function innerProduct(x: Float64Array, y: Float64Array, complex: boolean): [number, number] {
  if (!complex) return [dot(x, y), 0];
  const n = x.length / 2;
  let [re, im] = [0, 0];
  for (let i = 0; i < n; i++) {
    re += x[i]! * y[i]! + x[n + i]! * y[n + i]!;
    im += x[i]! * y[n + i]! - x[n + i]! * y[i]!;
  }
  return [re, im];
}
