/**
 * Eigenpairs of dense symmetric and complex Hermitian matrices: Householder reduction to a real
 * tridiagonal matrix, then implicit QL with Wilkinson's shift.
 *
 * Source: Golub & Van Loan, Matrix Computations, sections 8.3 and 8.4.
 */
import { CoupletError } from "couplet/kit";
import { squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";
import { implicitQl } from "./implicit-ql.ts";
import { tridiagonalize, tridiagonalizeHermitian } from "./tridiagonal-reduction.ts";

/** Eigenpairs of a Hermitian matrix. */
export interface HermitianEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** `vectors[i]` belongs to `values[i]`: unit length, planar complex if the matrix is complex. */
  readonly vectors: readonly Float64Array[];
}

/**
 * How far a matrix may be from Hermitian, relative to its largest entry: assembled operators
 * carry rounding of a few 1e-16 per sum, and 1e-10 is far below any real asymmetry.
 */
const hermitianTolerance = 1e-10;

/**
 * All eigenvalues and eigenvectors of a real symmetric matrix. O(n^3); good to n of about 1000.
 *
 * @throws CoupletError USAGE if the matrix is not symmetric; SHAPE_MISMATCH if not square
 */
export function eigenSymmetric(a: DenseMatrix): HermitianEigen {
  const n = squareSize("eigenSymmetric", a);
  checkSymmetric(a);
  const z = a.values.slice();
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  tridiagonalize(n, z, diagonal, off);
  // Row i of `vectors` is eigenvector i: rotations then run along memory.
  const vectors = transposed(n, z);
  implicitQl(diagonal, off, n, vectors);
  return sorted(diagonal, n, (i) => vectors.slice(i * n, (i + 1) * n));
}

/**
 * All eigenvalues and eigenvectors of a complex Hermitian matrix, by complex Householder
 * reflections (no doubling of the size).
 *
 * @throws CoupletError USAGE if the matrix is not Hermitian; SHAPE_MISMATCH if not square
 */
export function eigenHermitian(a: ComplexDenseMatrix): HermitianEigen {
  const n = squareSize("eigenHermitian", a);
  checkHermitian(a);
  const re = a.re.slice();
  const im = a.im.slice();
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  const [qr, qi] = tridiagonalizeHermitian(n, re, im, diagonal, off);
  // Row i of rotation holds the tridiagonal matrix's eigenvector i, real.
  const rotation = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rotation[i * n + i] = 1;
  implicitQl(diagonal, off, n, rotation);
  return sorted(diagonal, n, (i) => {
    const vector = new Float64Array(2 * n);
    for (let row = 0; row < n; row++) {
      let x = 0;
      let y = 0;
      for (let k = 0; k < n; k++) {
        const s = rotation[i * n + k]!;
        x += qr[row * n + k]! * s;
        y += qi[row * n + k]! * s;
      }
      vector[row] = x;
      vector[n + row] = y;
    }
    return vector;
  });
}

function sorted(
  values: Float64Array,
  n: number,
  vector: (i: number) => Float64Array,
): HermitianEigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  return { values: Float64Array.from(order, (i) => values[i]!), vectors: order.map(vector) };
}

function transposed(n: number, z: Float64Array): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = z[i * n + j]!;
  return out;
}

function checkSymmetric(a: DenseMatrix): void {
  let largest = 0;
  for (const v of a.values) largest = Math.max(largest, Math.abs(v));
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [a.values[i * n + j]!, a.values[j * n + i]!];
      if (!(Math.abs(x - y) <= hermitianTolerance * largest))
        throw notHermitian(
          "eigenSymmetric",
          "symmetric",
          `a(${i}, ${j}) = ${x} and a(${j}, ${i}) = ${y}`,
        );
    }
  }
}

function checkHermitian(a: ComplexDenseMatrix): void {
  let largest = 0;
  for (let p = 0; p < a.re.length; p++)
    largest = Math.max(largest, Math.abs(a.re[p]!), Math.abs(a.im[p]!));
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [p, q] = [i * n + j, j * n + i];
      const defect = Math.max(Math.abs(a.re[p]! - a.re[q]!), Math.abs(a.im[p]! + a.im[q]!));
      if (!(defect <= hermitianTolerance * largest)) {
        throw notHermitian(
          "eigenHermitian",
          "Hermitian",
          `a(${i}, ${j}) = ${a.re[p]} + ${a.im[p]}i and a(${j}, ${i}) = ${a.re[q]} + ${a.im[q]}i`,
        );
      }
    }
  }
}

/** The error for a matrix that should be Hermitian and is not. */
export function notHermitian(where: string, kind: string, received: string): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where,
    expected: `a ${kind} matrix`,
    received,
    hint: 'Use eigenGeneral, or spectrum with which: "LR" or "LM" and hermitian: false, for a matrix that is not.',
  });
}
