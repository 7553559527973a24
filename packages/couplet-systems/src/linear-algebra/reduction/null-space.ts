/** Null spaces of small real matrices. */
import { adjointOf } from "../matrix/builders.ts";
import type { DenseMatrix } from "../matrix/matrix.ts";
import { singularValues } from "../eigen/svd.ts";

/**
 * Singular values below this fraction of the largest count as zero. Rates span many decades, but a
 * singular value at 1e-10 of the largest is already lost in the rounding of the entries.
 */
export const defaultNullTolerance = 1e-10;

/**
 * An orthonormal basis of {x : A x = 0}, by the singular value decomposition.
 *
 * @param tolerance singular values below this fraction of the largest count as zero; default 1e-10
 */
export function nullSpace(
  a: DenseMatrix,
  tolerance: number = defaultNullTolerance,
): Float64Array[] {
  if (a.cols === 0) return [];
  // A wide matrix lacks rows; zero rows complete it, so that every right singular vector appears.
  const padded =
    a.rows >= a.cols ? a : { kind: "dense" as const, rows: a.cols, cols: a.cols, values: pad(a) };
  const { values, right } = singularValues(padded);
  const largest = values[0] ?? 0;
  return right.filter((_, i) => values[i]! <= tolerance * largest);
}

/** An orthonormal basis of {y : y^T A = 0}; `tolerance` as in {@link nullSpace}. */
export function leftNullSpace(
  a: DenseMatrix,
  tolerance: number = defaultNullTolerance,
): Float64Array[] {
  return nullSpace(adjointOf(a), tolerance);
}

function pad(a: DenseMatrix): Float64Array {
  const out = new Float64Array(a.cols * a.cols);
  out.set(a.values);
  return out;
}
