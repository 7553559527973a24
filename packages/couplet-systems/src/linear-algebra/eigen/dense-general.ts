/** Eigenpairs of dense matrices that need not be Hermitian. */
import { squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";
import { complexSchur, triangularEigenvectors } from "./complex-schur.ts";
import { quasiTriangularEigenvectors } from "./francis-vectors.ts";
import { francis, hessenberg } from "./francis.ts";

/** Eigenpairs of a general matrix. */
export interface GeneralEigen {
  /** Real parts of the eigenvalues, in descending order (conjugate pairs: positive imaginary part first). */
  readonly re: Float64Array;
  /** Imaginary parts. */
  readonly im: Float64Array;
  /** `vectors[i]`: right eigenvector of eigenvalue i, unit length, planar complex (length 2n). */
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and right eigenvectors of a real or complex square matrix: reduction to
 * Hessenberg form, then the QR algorithm (Francis double shifts if real, single shifts if complex),
 * then back substitution. Backward stable; a defective matrix shows as nearly parallel vectors.
 *
 * @throws CoupletError SHAPE_MISMATCH if not square; NOT_CONVERGED if the QR algorithm stalls
 * @see Golub & Van Loan, Matrix Computations, sections 7.5 to 7.6
 */
export function eigenGeneral(a: DenseMatrix | ComplexDenseMatrix): GeneralEigen {
  const n = squareSize("eigenGeneral", a);
  if (a.kind === "complexDense") {
    const schur = complexSchur(a);
    const vectors = triangularEigenvectors(schur);
    const values = Array.from(
      { length: n },
      (_, i) => [schur.tr[i * n + i]!, schur.ti[i * n + i]!] as const,
    );
    return inOrder(values, vectors);
  }
  const h = a.values.slice();
  const v = hessenberg(n, h);
  const { re, im } = francis(n, h, v);
  quasiTriangularEigenvectors(n, h, v, re, im);
  const vectors: Float64Array[] = [];
  for (let j = 0; j < n; j++) {
    const vector = new Float64Array(2 * n);
    // A complex pair occupies two columns: real part, imaginary part of the vector of the eigenvalue
    // with positive imaginary part.
    const [first, sign] = im[j]! < 0 ? [j - 1, -1] : [j, 1];
    for (let i = 0; i < n; i++) {
      vector[i] = v[i * n + first]!;
      if (im[j] !== 0) vector[n + i] = sign * v[i * n + first + 1]!;
    }
    normalize(vector);
    vectors.push(vector);
  }
  return inOrder(
    Array.from(re, (x, i) => [x, im[i]!] as const),
    vectors,
  );
}

function inOrder(
  values: readonly (readonly [number, number])[],
  vectors: readonly Float64Array[],
): GeneralEigen {
  const order = values
    .map((_, i) => i)
    .sort((i, j) => values[j]![0] - values[i]![0] || values[j]![1] - values[i]![1]);
  return {
    re: Float64Array.from(order, (i) => values[i]![0]),
    im: Float64Array.from(order, (i) => values[i]![1]),
    vectors: order.map((i) => vectors[i]!),
  };
}

function normalize(x: Float64Array): void {
  let norm = 0;
  for (const v of x) norm += v * v;
  norm = Math.sqrt(norm);
  for (let i = 0; i < x.length; i++) x[i]! /= norm;
}
