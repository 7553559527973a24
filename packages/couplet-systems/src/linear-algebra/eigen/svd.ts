/** Singular values of small dense matrices. */
import { thinSvd } from "couplet/kit";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";

/** A = sum_i values[i] left[i] right[i]^H. */
export interface SingularValues {
  /** Descending; min(rows, cols) of them. */
  readonly values: Float64Array;
  /** Left singular vectors (planar complex if the matrix is complex); a zero vector for a zero value. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/** Columns below this share of the matrix are rounding: what is left of a null vector has no direction. */
const NOISE = 1e-15;

/**
 * The singular value decomposition of a small matrix (one-sided Jacobi; O(n^3) a sweep, about 6 sweeps).
 * Singular values below 1e-15 of the matrix's size are noise.
 *
 * @throws CoupletError NOT_CONVERGED if an entry is not finite
 * @see Golub & Van Loan, Matrix Computations, section 8.6.3
 */
export function singularValues(a: DenseMatrix | ComplexDenseMatrix): SingularValues {
  const { rows, cols } = a;
  const complex = a.kind === "complexDense";
  const columns = Array.from({ length: cols }, (_, j) => {
    const column = new Float64Array((complex ? 2 : 1) * rows);
    for (let i = 0; i < rows; i++) {
      column[i] = a.kind === "dense" ? a.values[i * cols + j]! : a.re[i * cols + j]!;
      if (a.kind === "complexDense") column[rows + i] = a.im[i * cols + j]!;
    }
    return column;
  });
  const { u, s, v } = thinSvd(columns, { complex, noise: NOISE });
  return { values: s, left: u, right: v };
}
