/** The inverse diagonal as a preconditioner. */
import type { AnyOperator } from "../matrix/matrix.ts";
import { isSupra } from "../../supra/supra.ts";

/** The real diagonal of an operator, or undefined if it has a matrix-free block on the diagonal. */
export function diagonalOf(a: AnyOperator): Float64Array | undefined {
  const diagonal = new Float64Array(a.rows);
  if (a.kind === "operator") {
    if (!isSupra(a)) return undefined;
    for (const { row, column, rowOffset, block, factor } of a.blocks) {
      if (row !== column) continue;
      const part = diagonalOf(block);
      if (part === undefined || factor.im !== 0) return undefined;
      part.forEach((v, i) => (diagonal[rowOffset + i]! += factor.re * v));
    }
    return diagonal;
  }
  if (a.kind === "csr") {
    for (let i = 0; i < a.rows; i++) {
      for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++)
        if (a.indices[p] === i) diagonal[i] = a.values[p]!;
    }
    return diagonal;
  }
  const values = a.kind === "dense" ? a.values : a.re;
  for (let i = 0; i < a.rows; i++) diagonal[i] = values[i * a.cols + i]!;
  return diagonal;
}

/** z = r / diag(A) where the whole diagonal is positive; undefined where it is not, or not known. */
export function diagonalPreconditioner(
  a: AnyOperator,
): ((r: Float64Array, z: Float64Array) => void) | undefined {
  const diagonal = diagonalOf(a);
  if (diagonal === undefined || !diagonal.every((d) => d > 0)) return undefined;
  const inverse = diagonal.map((d) => 1 / d);
  const n = inverse.length;
  return (r, z) => {
    for (let i = 0; i < r.length; i++) z[i] = r[i]! * inverse[i < n ? i : i - n]!;
  };
}
