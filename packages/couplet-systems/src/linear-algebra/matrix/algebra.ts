/** Dense algebra: products, sums and parts of small matrices, real or complex. */
import { mismatch } from "./matrix.ts";
import { toComplexDense } from "./convert.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "./matrix.ts";

/** A real or complex dense matrix. */
export type AnyDense = DenseMatrix | ComplexDenseMatrix;

/** A B. The result is real if both are. @throws CoupletError SHAPE_MISMATCH */
export function multiply(a: DenseMatrix, b: DenseMatrix): DenseMatrix;
export function multiply(a: ComplexDenseMatrix, b: AnyDense): ComplexDenseMatrix;
export function multiply(a: AnyDense, b: ComplexDenseMatrix): ComplexDenseMatrix;
export function multiply(a: AnyDense, b: AnyDense): AnyDense;
export function multiply(a: AnyDense, b: AnyDense): AnyDense {
  if (a.cols !== b.rows) throw mismatch("multiply", `${a.cols} rows on the right`, String(b.rows));
  const [rows, inner, cols] = [a.rows, a.cols, b.cols];
  if (a.kind === "dense" && b.kind === "dense") {
    const values = new Float64Array(rows * cols);
    addProduct(rows, inner, cols, a.values, b.values, values, 1);
    return { kind: "dense", rows, cols, values };
  }
  const [x, y] = [toComplexDense(a), toComplexDense(b)];
  const [re, im] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  addProduct(rows, inner, cols, x.re, y.re, re, 1);
  addProduct(rows, inner, cols, x.im, y.im, re, -1);
  addProduct(rows, inner, cols, x.re, y.im, im, 1);
  addProduct(rows, inner, cols, x.im, y.re, im, 1);
  return { kind: "complexDense", rows, cols, re, im };
}

function addProduct(
  rows: number,
  inner: number,
  cols: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  sign: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const f = sign * a[i * inner + k]!;
      if (f === 0) continue;
      for (let j = 0, p = i * cols, q = k * cols; j < cols; j++, p++, q++) c[p]! += f * b[q]!;
    }
  }
}

/** alpha A + beta B with real factors. */
export function combine(alpha: number, a: DenseMatrix, beta: number, b: DenseMatrix): DenseMatrix;
export function combine(alpha: number, a: AnyDense, beta: number, b: AnyDense): AnyDense;
export function combine(alpha: number, a: AnyDense, beta: number, b: AnyDense): AnyDense {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw mismatch("combine", `${a.rows} x ${a.cols}`, `${b.rows} x ${b.cols}`);
  const add = (x: Float64Array, y: Float64Array): Float64Array =>
    x.map((v, i) => alpha * v + beta * y[i]!);
  const shape = { rows: a.rows, cols: a.cols };
  if (a.kind === "dense" && b.kind === "dense")
    return { kind: "dense", ...shape, values: add(a.values, b.values) };
  const [x, y] = [toComplexDense(a), toComplexDense(b)];
  return { kind: "complexDense", ...shape, re: add(x.re, y.re), im: add(x.im, y.im) };
}

/** The submatrix of the given rows and columns. */
export function submatrix(
  a: DenseMatrix,
  rows: readonly number[],
  cols: readonly number[],
): DenseMatrix;
export function submatrix(
  a: ComplexDenseMatrix,
  rows: readonly number[],
  cols: readonly number[],
): ComplexDenseMatrix;
export function submatrix(a: AnyDense, rows: readonly number[], cols: readonly number[]): AnyDense;
export function submatrix(a: AnyDense, rows: readonly number[], cols: readonly number[]): AnyDense {
  const pick = (source: Float64Array): Float64Array => {
    const out = new Float64Array(rows.length * cols.length);
    rows.forEach((i, r) =>
      cols.forEach((j, c) => (out[r * cols.length + c] = source[i * a.cols + j]!)),
    );
    return out;
  };
  const shape = { rows: rows.length, cols: cols.length };
  return a.kind === "dense"
    ? { kind: "dense", ...shape, values: pick(a.values) }
    : { kind: "complexDense", ...shape, re: pick(a.re), im: pick(a.im) };
}

/** The largest modulus of an entry. */
export function largestEntry(a: AnyDense): number {
  let largest = 0;
  if (a.kind === "dense") for (const v of a.values) largest = Math.max(largest, Math.abs(v));
  else
    for (let p = 0; p < a.re.length; p++)
      largest = Math.max(largest, Math.hypot(a.re[p]!, a.im[p]!));
  return largest;
}

/** Columns of a matrix from (planar if `complex`) vectors. */
export function columnsToMatrix(vectors: readonly Float64Array[], complex: boolean): AnyDense {
  const cols = vectors.length;
  const rows = (vectors[0]?.length ?? 0) / (complex ? 2 : 1);
  const gather = (offset: number): Float64Array => {
    const out = new Float64Array(rows * cols);
    vectors.forEach((v, j) => {
      for (let i = 0; i < rows; i++) out[i * cols + j] = v[offset + i]!;
    });
    return out;
  };
  if (!complex) return { kind: "dense", rows, cols, values: gather(0) };
  return { kind: "complexDense", rows, cols, re: gather(0), im: gather(rows) };
}
