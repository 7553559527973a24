/** Dense LU factorisation with partial pivoting, real and complex: solves, inverses, determinants. */
import { CoupletError } from "couplet/kit";
import { checkLength, identity, mismatch, squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";

/** A factorisation P A = L U that solves with any number of right sides. */
export interface LuFactors {
  readonly size: number;
  /** Whether the matrix was complex (then vectors are planar complex). */
  readonly complex: boolean;
  /** The smallest pivot over the largest, by modulus: a cheap warning of near-singularity. */
  readonly pivotRatio: number;
  /** Solves A x = b. Real `b` for a complex matrix is not accepted: pass a planar vector. */
  solve(b: Float64Array): Float64Array;
}

/**
 * Factors a square dense matrix.
 *
 * @param where what to call the matrix in an error
 * @throws CoupletError DATA_INVALID if a pivot is exactly zero (the matrix is singular)
 */
export function luFactor(a: DenseMatrix | ComplexDenseMatrix, where = "luFactor"): LuFactors {
  return a.kind === "dense" ? realLu(a, where) : complexLu(a, where);
}

function realLu(a: DenseMatrix, where: string): LuFactors {
  const n = squareSize(where, a);
  const lu = a.values.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let [smallest, largest] = [Infinity, 0];
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i;
    const pivot = lu[best * n + k]!;
    if (pivot === 0) throw singular(where, k);
    smallest = Math.min(smallest, Math.abs(pivot));
    largest = Math.max(largest, Math.abs(pivot));
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
    solve(b) {
      checkLength(`${where}: right side`, b, n);
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

function complexLu(a: ComplexDenseMatrix, where: string): LuFactors {
  const n = squareSize(where, a);
  const [re, im] = [a.re.slice(), a.im.slice()];
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let [smallest, largest] = [Infinity, 0];
  for (let k = 0; k < n; k++) {
    let best = k;
    let size = 0;
    for (let i = k; i < n; i++) {
      const modulus = Math.hypot(re[i * n + k]!, im[i * n + k]!);
      if (modulus > size) [best, size] = [i, modulus];
    }
    if (size === 0) throw singular(where, k);
    smallest = Math.min(smallest, size);
    largest = Math.max(largest, size);
    if (best !== k) {
      swapRows(re, n, k, best);
      swapRows(im, n, k, best, order);
    }
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
  return {
    size: n,
    complex: true,
    pivotRatio: n === 0 ? 1 : smallest / largest,
    solve(b) {
      checkLength(`${where}: right side (planar complex)`, b, 2 * n);
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
    },
  };
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

function singular(where: string, column: number): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: "a regular matrix",
    received: `a singular one (no pivot in column ${column})`,
    hint: "If it has known null vectors (a Laplacian, conserved pools), use groupInverse or reduceTimescales.",
  });
}

/** Solves A X = B with B dense: one column after another. */
export function solveDense(a: DenseMatrix, b: DenseMatrix): DenseMatrix;
export function solveDense(a: ComplexDenseMatrix, b: ComplexDenseMatrix): ComplexDenseMatrix;
export function solveDense(
  a: DenseMatrix | ComplexDenseMatrix,
  b: DenseMatrix | ComplexDenseMatrix,
): DenseMatrix | ComplexDenseMatrix {
  return solveWith(luFactor(a, "solveDense"), b);
}

/** Solves A X = B with factors already known. */
export function solveWith(
  lu: LuFactors,
  b: DenseMatrix | ComplexDenseMatrix,
): DenseMatrix | ComplexDenseMatrix {
  const { rows, cols } = b;
  if (rows !== lu.size) throw mismatch("solveDense: right side", `${lu.size} rows`, String(rows));
  if (lu.complex !== (b.kind === "complexDense"))
    throw mismatch("solveDense: right side", lu.complex ? "complex" : "real", b.kind);
  const width = lu.complex ? 2 : 1;
  const [re, im] =
    b.kind === "complexDense"
      ? [new Float64Array(rows * cols), new Float64Array(rows * cols)]
      : [new Float64Array(rows * cols), undefined];
  const column = new Float64Array(width * rows);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) {
      column[i] = b.kind === "dense" ? b.values[i * cols + j]! : b.re[i * cols + j]!;
      if (b.kind === "complexDense") column[rows + i] = b.im[i * cols + j]!;
    }
    const x = lu.solve(column);
    for (let i = 0; i < rows; i++) {
      re[i * cols + j] = x[i]!;
      if (im !== undefined) im[i * cols + j] = x[rows + i]!;
    }
  }
  return im === undefined
    ? { kind: "dense", rows, cols, values: re }
    : { kind: "complexDense", rows, cols, re, im };
}

/** The inverse of a regular dense matrix. */
export function inverse(a: DenseMatrix): DenseMatrix;
export function inverse(a: ComplexDenseMatrix): ComplexDenseMatrix;
export function inverse(a: DenseMatrix | ComplexDenseMatrix): DenseMatrix | ComplexDenseMatrix {
  const unit = identity(squareSize("inverse", a));
  const right =
    a.kind === "dense"
      ? unit
      : {
          kind: "complexDense" as const,
          rows: unit.rows,
          cols: unit.cols,
          re: unit.values,
          im: new Float64Array(unit.values.length),
        };
  return solveWith(luFactor(a, "inverse"), right);
}
