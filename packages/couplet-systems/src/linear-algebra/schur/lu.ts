/** LU factors, solves and inverses of dense matrices, real and complex. */
import { luFactor as factor, type LuFactors } from "couplet/kit";
import { identity, mismatch, squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";

/**
 * Factors a square dense matrix.
 *
 * @param where the name of the matrix in an error
 * @throws CoupletError DATA_INVALID if a pivot is exactly zero (the matrix is singular)
 */
export function luFactor(a: DenseMatrix | ComplexDenseMatrix, where = "luFactor"): LuFactors {
  const size = squareSize(where, a);
  return factor(
    a.kind === "dense" ? { size, re: a.values } : { size, re: a.re, im: a.im },
    where,
    "If it has known null vectors (a Laplacian, conserved pools), use groupInverse or reduceTimescales.",
  );
}

/** Solves A X = B with B dense, column by column. @throws CoupletError DATA_INVALID if A is singular; SHAPE_MISMATCH */
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

/** The inverse of a regular dense matrix. @throws CoupletError DATA_INVALID if it is singular; SHAPE_MISMATCH if not square */
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
