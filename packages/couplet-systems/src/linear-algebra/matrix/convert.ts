/** Assembly: any operator as a dense or a sparse matrix. */
import { CoupletError } from "couplet/kit";
import { csrFromTriplets } from "../sparse/csr.ts";
import { isComplex } from "./matrix.ts";
import type { AnyOperator, ComplexDenseMatrix, CsrMatrix, DenseMatrix } from "./matrix.ts";
import { isSupra } from "../../supra/supra.ts";

/** Calls `visit(i, j, re, im)` for every stored entry; a matrix-free block is probed by unit vectors. */
export function forEachEntry(
  a: AnyOperator,
  visit: (i: number, j: number, re: number, im: number) => void,
): void {
  switch (a.kind) {
    case "dense":
      for (let i = 0, p = 0; i < a.rows; i++)
        for (let j = 0; j < a.cols; j++, p++) visit(i, j, a.values[p]!, 0);
      return;
    case "complexDense":
      for (let i = 0, p = 0; i < a.rows; i++)
        for (let j = 0; j < a.cols; j++, p++) visit(i, j, a.re[p]!, a.im[p]!);
      return;
    case "csr":
      for (let i = 0; i < a.rows; i++) {
        for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
          visit(i, a.indices[p]!, a.values[p]!, a.imag === undefined ? 0 : a.imag[p]!);
        }
      }
      return;
    case "operator":
      if (isSupra(a)) {
        for (const { block, rowOffset, columnOffset, factor } of a.blocks) {
          forEachEntry(block, (i, j, re, im) => {
            visit(
              rowOffset + i,
              columnOffset + j,
              re * factor.re - im * factor.im,
              re * factor.im + im * factor.re,
            );
          });
        }
        return;
      }
      probe(a, visit);
  }
}

function probe(
  a: AnyOperator & { kind: "operator" },
  visit: (i: number, j: number, re: number, im: number) => void,
): void {
  const width = a.complex ? 2 : 1;
  const x = new Float64Array(width * a.cols);
  const y = new Float64Array(width * a.rows);
  for (let j = 0; j < a.cols; j++) {
    x[j] = 1;
    a.apply(x, y);
    x[j] = 0;
    for (let i = 0; i < a.rows; i++) {
      const im = a.complex ? y[a.rows + i]! : 0;
      if (y[i] !== 0 || im !== 0) visit(i, j, y[i]!, im);
    }
  }
}

/** The operator as a real dense matrix. @throws CoupletError USAGE if it is complex */
export function toDense(a: AnyOperator): DenseMatrix {
  if (a.kind === "dense") return a;
  if (isComplex(a)) throw realExpected("toDense", "toComplexDense");
  const values = new Float64Array(a.rows * a.cols);
  forEachEntry(a, (i, j, re) => (values[i * a.cols + j]! += re));
  return { kind: "dense", rows: a.rows, cols: a.cols, values };
}

/** The operator as a complex dense matrix (imaginary part zero if it is real). */
export function toComplexDense(a: AnyOperator): ComplexDenseMatrix {
  if (a.kind === "complexDense") return a;
  const re = new Float64Array(a.rows * a.cols);
  const im = new Float64Array(a.rows * a.cols);
  forEachEntry(a, (i, j, x, y) => {
    re[i * a.cols + j]! += x;
    im[i * a.cols + j]! += y;
  });
  return { kind: "complexDense", rows: a.rows, cols: a.cols, re, im };
}

/** The operator as a sparse matrix. Zeros of a dense block are dropped. */
export function toCsr(a: AnyOperator): CsrMatrix {
  if (a.kind === "csr") return a;
  let count = 0;
  forEachEntry(a, (_i, _j, re, im) => void (count += re !== 0 || im !== 0 ? 1 : 0));
  const row = new Int32Array(count);
  const column = new Int32Array(count);
  const values = new Float64Array(count);
  const imag = isComplex(a) ? new Float64Array(count) : undefined;
  let e = 0;
  forEachEntry(a, (i, j, re, im) => {
    if (re === 0 && im === 0) return;
    row[e] = i;
    column[e] = j;
    values[e] = re;
    if (imag !== undefined) imag[e] = im;
    e++;
  });
  return csrFromTriplets({
    rows: a.rows,
    cols: a.cols,
    row,
    column,
    values,
    ...(imag === undefined ? {} : { imag }),
  });
}

function realExpected(where: string, instead: string): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where,
    expected: "a real operator",
    received: "a complex one",
    hint: `Use ${instead}.`,
  });
}
