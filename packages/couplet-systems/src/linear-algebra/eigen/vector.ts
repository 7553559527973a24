/** Vector operations of the iterative eigen-solvers, on real or planar complex vectors. */
import { innerProduct, norm } from "couplet/kit";

/** x := factor x, with a real factor. */
export function scaleBy(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= factor;
}

/** y += (re + i im) x; im must be 0 for real vectors. */
export function addMultiple(x: Float64Array, y: Float64Array, re: number, im: number): void {
  if (im === 0) {
    if (re !== 0) for (let i = 0; i < x.length; i++) y[i]! += re * x[i]!;
    return;
  }
  const n = x.length / 2;
  for (let i = 0; i < n; i++) {
    const a = x[i]!;
    const b = x[n + i]!;
    y[i]! += re * a - im * b;
    y[n + i]! += re * b + im * a;
  }
}

/** Removes from x its components along orthonormal vectors, in one pass; returns the coefficients. */
export function removeComponents(
  x: Float64Array,
  basis: readonly Float64Array[],
  complex: boolean,
): [number, number][] {
  return basis.map((v) => {
    const [re, im] = innerProduct(v, x, complex);
    addMultiple(v, x, -re, -im);
    return [re, im];
  });
}

/**
 * Makes x orthogonal to an orthonormal basis and unit; returns its length before it was normalised,
 * or 0 (x unusable) if nothing but rounding was left of it. Two passes are enough (Kahan, Parlett).
 */
export function orthonormalize(
  x: Float64Array,
  basis: readonly Float64Array[],
  complex: boolean,
): number {
  const before = norm(x);
  removeComponents(x, basis, complex);
  removeComponents(x, basis, complex);
  const after = norm(x);
  // 1e-12 of the original left: four digits above rounding, the direction is still meaningful.
  if (!(after > 1e-12 * before)) return 0;
  scaleBy(x, 1 / after);
  return after;
}

/** A reproducible random start vector with entries in (-1, 1) (xorshift32). */
export function randomVector(length: number, seed: number): Float64Array {
  let state = (seed * 2654435761 + 88172645) | 0 || 1;
  const x = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    x[i] = state / 2147483648;
  }
  return x;
}

/** The combination sum_j coefficients[j] basis[j], real coefficients. */
export function combination(
  basis: readonly Float64Array[],
  coefficients: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(basis[0]!.length);
  let j = 0;
  // Three at a time: the result is read and written a third as often.
  for (; j + 3 <= basis.length; j += 3) {
    const [x, y, z] = [basis[j]!, basis[j + 1]!, basis[j + 2]!];
    const [a, b, c] = [coefficients[j]!, coefficients[j + 1]!, coefficients[j + 2]!];
    for (let i = 0; i < out.length; i++) out[i]! += a * x[i]! + b * y[i]! + c * z[i]!;
  }
  for (; j < basis.length; j++) addMultiple(basis[j]!, out, coefficients[j]!, 0);
  return out;
}

/** The same with complex coefficients (re_0, re_1, ..., im_0, im_1, ...) on planar complex vectors. */
export function complexCombination(
  basis: readonly Float64Array[],
  coefficients: Float64Array,
): Float64Array {
  const out = new Float64Array(basis[0]!.length);
  for (let j = 0; j < basis.length; j++)
    addMultiple(basis[j]!, out, coefficients[j]!, coefficients[basis.length + j]!);
  return out;
}

/** |A v - value v| of an eigenpair of a Hermitian operator with A v already computed. */
export function residualNorm(av: Float64Array, v: Float64Array, value: number): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += (av[i]! - value * v[i]!) ** 2;
  return Math.sqrt(sum);
}
