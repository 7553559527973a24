/** Dense LU factorisation with partial pivoting, real and complex: the one elimination of couplet and couplet-systems. */
import { CoupletError } from "../error.ts";

/** A square matrix by rows: entry (i, j) is `re[i * size + j] + i im[i * size + j]`; real without `im`. */
export interface SquareMatrix {
  readonly size: number;
  readonly re: Float64Array;
  readonly im?: Float64Array;
}

/** A factorisation P A = L U that solves with any number of right sides. */
export interface LuFactors {
  readonly size: number;
  /** Whether the matrix was complex (then vectors are planar complex: n real parts, then n imaginary parts). */
  readonly complex: boolean;
  /** The smallest pivot over the largest, by modulus: a cheap warning of near-singularity. */
  readonly pivotRatio: number;
  /**
   * Whether the smallest pivot is no larger than the rounding of the largest entry (n * 2^-52 of it). The
   * solution then has no correct digit, unless the rows differ in scale by as much.
   */
  readonly singularToRounding: boolean;
  /** log |det A|. */
  readonly logAbsDeterminant: number;
  /** Solves A x = b. @throws CoupletError SHAPE_MISMATCH for a right side of another length */
  solve(b: Float64Array): Float64Array;
}

/**
 * Factors a square dense matrix; `matrix` is not modified.
 *
 * @param where the name of the matrix in an error
 * @param hint what to do about a singular one
 * @throws CoupletError DATA_INVALID if a pivot is exactly zero or not finite: the matrix is singular
 * @see Golub & Van Loan, Matrix Computations, section 3.4
 */
export function luFactor(matrix: SquareMatrix, where = "luFactor", hint?: string): LuFactors {
  const factors = factorsOrColumn(matrix, where);
  if (typeof factors !== "number") return factors;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: "a regular matrix",
    received: `a singular one (no pivot in column ${factors})`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** {@link luFactor}, or undefined if the matrix is singular: for iterations that go on another way then. */
export function tryLuFactor(matrix: SquareMatrix): LuFactors | undefined {
  const factors = factorsOrColumn(matrix, "tryLuFactor");
  return typeof factors === "number" ? undefined : factors;
}

/** A factored square matrix: solves any number of right-hand sides. */
export type DenseSolve = (right: Float64Array) => Float64Array;

/**
 * The solver `b -> A^-1 b` of a small dense matrix given by its rows.
 *
 * @throws CoupletError DATA_INVALID if the matrix is singular, exactly or to rounding
 */
export function denseSolver(rows: readonly Float64Array[]): DenseSolve {
  const size = rows.length;
  const re = new Float64Array(size * size);
  rows.forEach((row, i) => re.set(row, i * size));
  const factors = luFactor({ size, re }, "denseSolver");
  if (factors.singularToRounding) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "denseSolver",
      expected: "a regular matrix",
      received: `one that is singular to rounding (pivot ratio ${factors.pivotRatio.toExponential(1)})`,
    });
  }
  return (right) => factors.solve(right);
}

/** The factors, or the column that has no pivot. */
function factorsOrColumn(matrix: SquareMatrix, where: string): LuFactors | number {
  return matrix.im === undefined
    ? realLu(matrix.re, matrix.size, where)
    : complexLu(matrix.re, matrix.im, matrix.size, where);
}

function realLu(a: Float64Array, n: number, where: string): LuFactors | number {
  const lu = a.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let [smallest, largest, logDet] = [Infinity, 0, 0];
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i;
    const pivot = lu[best * n + k]!;
    if (pivot === 0 || !Number.isFinite(pivot)) return k;
    smallest = Math.min(smallest, Math.abs(pivot));
    largest = Math.max(largest, Math.abs(pivot));
    logDet += Math.log(Math.abs(pivot));
    if (best !== k) swapRows(lu, n, k, best, order);
    for (let i = k + 1; i < n; i++) {
      const factor = (lu[i * n + k]! /= pivot);
      if (factor === 0) continue;
      for (let j = k + 1, p = i * n + k + 1, q = k * n + k + 1; j < n; j++, p++, q++)
        lu[p]! -= factor * lu[q]!;
    }
  }
  return {
    size: n,
    complex: false,
    pivotRatio: n === 0 ? 1 : smallest / largest,
    singularToRounding: n > 0 && smallest <= rounding(n) * largestEntry(a),
    logAbsDeterminant: logDet,
    solve(b) {
      checkRightSide(where, b, n);
      const x = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        let sum = b[order[i]!]!;
        for (let j = 0; j < i; j++) sum -= lu[i * n + j]! * x[j]!;
        x[i] = sum;
      }
      for (let i = n - 1; i >= 0; i--) {
        let sum = x[i]!;
        for (let j = i + 1; j < n; j++) sum -= lu[i * n + j]! * x[j]!;
        x[i] = sum / lu[i * n + i]!;
      }
      return x;
    },
  };
}

function complexLu(
  aRe: Float64Array,
  aIm: Float64Array,
  n: number,
  where: string,
): LuFactors | number {
  const [re, im] = [aRe.slice(), aIm.slice()];
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let [smallest, largest, logDet] = [Infinity, 0, 0];
  for (let k = 0; k < n; k++) {
    let best = k;
    let size = 0;
    for (let i = k; i < n; i++) {
      const modulus = Math.hypot(re[i * n + k]!, im[i * n + k]!);
      if (modulus > size) [best, size] = [i, modulus];
    }
    if (size === 0 || !Number.isFinite(size)) return k;
    smallest = Math.min(smallest, size);
    largest = Math.max(largest, size);
    logDet += Math.log(size);
    if (best !== k) {
      swapRows(re, n, k, best);
      swapRows(im, n, k, best, order);
    }
    eliminate(re, im, n, k, size);
  }
  return {
    size: n,
    complex: true,
    pivotRatio: n === 0 ? 1 : smallest / largest,
    singularToRounding:
      n > 0 && smallest <= rounding(n) * Math.max(largestEntry(aRe), largestEntry(aIm)),
    logAbsDeterminant: logDet,
    solve(b) {
      checkRightSide(`${where} (planar complex)`, b, 2 * n);
      return complexSolve(re, im, order, b);
    },
  };
}

/** Subtracts multiples of row k, whose pivot has the modulus `size`, from the rows below it. */
function eliminate(re: Float64Array, im: Float64Array, n: number, k: number, size: number): void {
  const pr = re[k * n + k]! / (size * size);
  const pi = -im[k * n + k]! / (size * size);
  for (let i = k + 1; i < n; i++) {
    const xr = re[i * n + k]!;
    const xi = im[i * n + k]!;
    if (xr === 0 && xi === 0) continue;
    const fr = xr * pr - xi * pi;
    const fi = xr * pi + xi * pr;
    re[i * n + k] = fr;
    im[i * n + k] = fi;
    for (let j = k + 1, p = i * n + k + 1, q = k * n + k + 1; j < n; j++, p++, q++) {
      const ur = re[q]!;
      const ui = im[q]!;
      re[p]! -= fr * ur - fi * ui;
      im[p]! -= fr * ui + fi * ur;
    }
  }
}

function complexSolve(
  re: Float64Array,
  im: Float64Array,
  order: Int32Array,
  b: Float64Array,
): Float64Array {
  const n = order.length;
  const x = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    let sr = b[order[i]!]!;
    let si = b[n + order[i]!]!;
    for (let j = 0; j < i; j++) {
      const lr = re[i * n + j]!,
        li = im[i * n + j]!;
      sr -= lr * x[j]! - li * x[n + j]!;
      si -= lr * x[n + j]! + li * x[j]!;
    }
    x[i] = sr;
    x[n + i] = si;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sr = x[i]!;
    let si = x[n + i]!;
    for (let j = i + 1; j < n; j++) {
      const ur = re[i * n + j]!,
        ui = im[i * n + j]!;
      sr -= ur * x[j]! - ui * x[n + j]!;
      si -= ur * x[n + j]! + ui * x[j]!;
    }
    const dr = re[i * n + i]!;
    const di = im[i * n + i]!;
    const size = dr * dr + di * di;
    x[i] = (sr * dr + si * di) / size;
    x[n + i] = (si * dr - sr * di) / size;
  }
  return x;
}

/** Below this share of the largest entry a pivot is rounding of larger numbers, not data. */
const rounding = (n: number): number => n * Number.EPSILON;

function largestEntry(a: Float64Array): number {
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  return largest;
}

function swapRows(a: Float64Array, n: number, i: number, j: number, order?: Int32Array): void {
  for (let k = 0; k < n; k++) {
    const t = a[i * n + k]!;
    a[i * n + k] = a[j * n + k]!;
    a[j * n + k] = t;
  }
  if (order === undefined) return;
  const t = order[i]!;
  order[i] = order[j]!;
  order[j] = t;
}

function checkRightSide(where: string, b: Float64Array, length: number): void {
  if (b.length === length) return;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where: `${where}: right side`,
    expected: `${length} numbers`,
    received: String(b.length),
  });
}
