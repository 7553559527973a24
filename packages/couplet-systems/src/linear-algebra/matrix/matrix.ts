/**
 * The matrix types of `couplet-systems` and their validated constructors.
 *
 * Conventions, used by everything in this folder tree:
 *
 * - float64 throughout; row-major storage; indices count from 0.
 * - A real vector of n entries is a `Float64Array` of length n. A **complex vector** of n entries
 *   is one *planar* `Float64Array` of length 2n: n real parts, then n imaginary parts. So every
 *   operator has the same signature `apply(x, y)`, whether it is real or complex.
 * - `kind` tells the storage: "dense", "complexDense", "csr", "operator". A supra operator is an
 *   "operator" with layers.
 * - Matrices are plain data. Constructors check shapes and finiteness once and keep the arrays
 *   that they are given (no copy); nothing in this library writes into a matrix after that.
 */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";

/** A real matrix, row-major: entry (i, j) is `values[i * cols + j]`. */
export interface DenseMatrix {
  readonly kind: "dense";
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** A complex matrix, row-major: entry (i, j) is `re[i * cols + j] + i im[i * cols + j]`. */
export interface ComplexDenseMatrix {
  readonly kind: "complexDense";
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * A sparse matrix in compressed rows: the entries of row i are at `indptr[i] .. indptr[i + 1] - 1`
 * of `indices` (columns, ascending in a row, none twice) and `values`. `imag` holds the imaginary
 * parts, or is undefined for a real matrix.
 */
export interface CsrMatrix {
  readonly kind: "csr";
  readonly rows: number;
  readonly cols: number;
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  readonly imag: Float64Array | undefined;
}

/**
 * A linear map given by its action on vectors.
 *
 * `apply` overwrites y with A x, `adjoint` overwrites y with A^H x. For a complex operator x and y
 * are planar complex vectors. x and y never overlap.
 */
export interface LinearOperator {
  readonly kind: "operator";
  readonly rows: number;
  readonly cols: number;
  readonly complex: boolean;
  /** y = A x. */
  apply(x: Float64Array, y: Float64Array): void;
  /** y = A^H x. */
  adjoint?(x: Float64Array, y: Float64Array): void;
}

/** A matrix whose entries are stored. */
export type Matrix = DenseMatrix | ComplexDenseMatrix | CsrMatrix;

/** Anything that can be a block of a supra operator or an argument of a solver. */
export type AnyOperator = Matrix | LinearOperator;

/** One entry (row, column, value) of a sparse matrix, with an imaginary part if it is complex. */
export type Triplet =
  | readonly [row: number, column: number, value: number]
  | readonly [row: number, column: number, value: number, imag: number];

/** A real dense matrix from rows: `dense([[1, 2], [3, 4]])`. @throws CoupletError SHAPE_MISMATCH on ragged rows */
export function dense(rows: readonly (readonly number[] | Float64Array)[]): DenseMatrix {
  const cols = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) throw mismatch(`dense: row ${i}`, `${cols} entries`, `${row.length}`);
    values.set(row, i * cols);
  });
  return denseMatrix({ rows: rows.length, cols, values });
}

/** A real dense matrix over an existing row-major array; from another one with `{ ...matrix, values }`. */
export function denseMatrix(parts: {
  kind?: "dense";
  rows: number;
  cols: number;
  values: Float64Array;
}): DenseMatrix {
  requireOptions("denseMatrix", parts, { kind: ["dense"], rows: 0, cols: 0, values: true });
  requireNames("denseMatrix", parts, ["values"]);
  checkSizes("denseMatrix", parts.rows, parts.cols);
  checkLength("denseMatrix: values", parts.values, parts.rows * parts.cols);
  checkFinite("denseMatrix: values", parts.values);
  return { kind: "dense", rows: parts.rows, cols: parts.cols, values: parts.values };
}

/** A complex dense matrix over existing row-major arrays of real and imaginary parts. */
export function complexDenseMatrix(parts: {
  kind?: "complexDense";
  rows: number;
  cols: number;
  re: Float64Array;
  im: Float64Array;
}): ComplexDenseMatrix {
  requireOptions("complexDenseMatrix", parts, {
    kind: ["complexDense"],
    rows: 0,
    cols: 0,
    re: true,
    im: true,
  });
  requireNames("complexDenseMatrix", parts, ["re", "im"]);
  checkSizes("complexDenseMatrix", parts.rows, parts.cols);
  checkLength("complexDenseMatrix: re", parts.re, parts.rows * parts.cols);
  checkLength("complexDenseMatrix: im", parts.im, parts.rows * parts.cols);
  checkFinite("complexDenseMatrix: re", parts.re);
  checkFinite("complexDenseMatrix: im", parts.im);
  return { kind: "complexDense", rows: parts.rows, cols: parts.cols, re: parts.re, im: parts.im };
}

/** A complex dense matrix from rows of `[re, im]` pairs or plain numbers. */
export function complexDense(
  rows: readonly (readonly (number | readonly [number, number])[])[],
): ComplexDenseMatrix {
  const cols = rows[0]?.length ?? 0;
  const re = new Float64Array(rows.length * cols);
  const im = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    if (row.length !== cols)
      throw mismatch(`complexDense: row ${i}`, `${cols} entries`, `${row.length}`);
    row.forEach((entry, j) => {
      const [a, b] = typeof entry === "number" ? [entry, 0] : entry;
      re[i * cols + j] = a;
      im[i * cols + j] = b;
    });
  });
  return complexDenseMatrix({ rows: rows.length, cols, re, im });
}

/** The real n x n identity. */
export function identity(n: number): DenseMatrix {
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return { kind: "dense", rows: n, cols: n, values };
}

/** A linear map from functions; see {@link LinearOperator} for the contract. */
export function linearOperator(parts: {
  kind?: "operator";
  rows: number;
  cols: number;
  complex?: boolean;
  apply: (x: Float64Array, y: Float64Array) => void;
  adjoint?: (x: Float64Array, y: Float64Array) => void;
}): LinearOperator {
  requireOptions("linearOperator", parts, {
    kind: ["operator"],
    rows: 0,
    cols: 0,
    complex: false,
    apply: "function",
    adjoint: "function",
  });
  requireNames("linearOperator", parts, ["apply"]);
  checkSizes("linearOperator", parts.rows, parts.cols);
  const { rows, cols, apply, adjoint, complex = false } = parts;
  return {
    kind: "operator",
    rows,
    cols,
    complex,
    apply,
    ...(adjoint === undefined ? {} : { adjoint }),
  };
}

/** Whether the operator has imaginary parts (and so takes planar complex vectors). */
export function isComplex(a: AnyOperator): boolean {
  switch (a.kind) {
    case "dense":
      return false;
    case "complexDense":
      return true;
    case "csr":
      return a.imag !== undefined;
    case "operator":
      return a.complex;
  }
}

/** Throws SHAPE_MISMATCH unless `a` is square; returns its size. */
export function squareSize(
  where: string,
  a: { readonly rows: number; readonly cols: number },
): number {
  if (a.rows !== a.cols) throw mismatch(where, "a square operator", `${a.rows} x ${a.cols}`);
  return a.rows;
}

/** The error for shapes that do not fit. */
export function mismatch(
  where: string,
  expected: string,
  received: string,
  hint?: string,
): CoupletError {
  return new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Throws NON_FINITE_INPUT with the position of the first NaN or infinity. */
export function checkFinite(where: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) {
      throw new CoupletError({
        code: "NON_FINITE_INPUT",
        where: `${where}[${i}]`,
        expected: "a finite number",
        received: String(values[i]),
      });
    }
  }
}

/** Throws SHAPE_MISMATCH unless rows and cols are integers >= 0. */
export function checkSizes(where: string, rows: number, cols: number): void {
  for (const [name, size] of [
    ["rows", rows],
    ["cols", cols],
  ] as const) {
    if (!Number.isInteger(size) || size < 0)
      throw mismatch(`${where}: ${name}`, "an integer >= 0", String(size));
  }
}

/** Throws SHAPE_MISMATCH unless the array has the given length. */
export function checkLength(
  where: string,
  values: { readonly length: number },
  length: number,
): void {
  if (values.length !== length) throw mismatch(where, `${length} entries`, String(values.length));
}
