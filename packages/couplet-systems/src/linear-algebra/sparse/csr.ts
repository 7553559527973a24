/** Sparse matrices in compressed rows: construction, transpose and products. */
import { requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { checkFinite, checkLength, checkSizes, mismatch } from "../matrix/matrix.ts";
import type { CsrMatrix, Triplet } from "../matrix/matrix.ts";

/**
 * A sparse matrix over existing compressed-row arrays.
 *
 * @throws CoupletError SHAPE_MISMATCH if `indptr` is not non-decreasing from 0 to the number of
 *   entries, or the columns of a row are not ascending and in range
 */
export function csrMatrix(parts: {
  kind?: "csr";
  rows: number;
  cols: number;
  indptr: Int32Array;
  indices: Int32Array;
  values: Float64Array;
  imag?: Float64Array | undefined;
}): CsrMatrix {
  requireOptions("csrMatrix", parts, {
    kind: ["csr"],
    rows: 0,
    cols: 0,
    indptr: true,
    indices: true,
    values: true,
    imag: true,
  });
  requireNames("csrMatrix", parts, ["indptr", "indices", "values"]);
  const { rows, cols, indptr, indices, values, imag } = parts;
  checkSizes("csrMatrix", rows, cols);
  checkLength("csrMatrix: indptr", indptr, rows + 1);
  checkLength("csrMatrix: values", values, indices.length);
  if (imag !== undefined) checkLength("csrMatrix: imag", imag, indices.length);
  if (indptr[0] !== 0 || indptr[rows] !== indices.length) {
    throw mismatch(
      "csrMatrix: indptr",
      `to run from 0 to ${indices.length}`,
      `${indptr[0]} to ${indptr[rows]}`,
    );
  }
  for (let i = 0; i < rows; i++) {
    if (indptr[i + 1]! < indptr[i]!)
      throw mismatch(`csrMatrix: indptr[${i + 1}]`, `at least ${indptr[i]}`, `${indptr[i + 1]}`);
    let previous = -1;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++) {
      const j = indices[p]!;
      if (j <= previous || j >= cols) {
        throw mismatch(
          `csrMatrix: row ${i}`,
          `ascending columns from 0 to ${cols - 1}`,
          `column ${j} after ${previous}`,
        );
      }
      previous = j;
    }
  }
  checkFinite("csrMatrix: values", values);
  if (imag !== undefined) checkFinite("csrMatrix: imag", imag);
  return { kind: "csr", rows, cols, indptr, indices, values, imag };
}

/**
 * A sparse matrix from coordinate entries in any order; entries at the same place are added.
 *
 * Give either `triplets` (small matrices: `[[0, 1, 2.5], ...]`) or the arrays `row`, `column` and
 * `values` (large ones; `values` may be left out for all ones).
 *
 * @throws CoupletError SHAPE_MISMATCH naming the first entry outside the matrix; NON_FINITE_INPUT
 */
export function csrFromTriplets(parts: {
  rows: number;
  cols: number;
  triplets?: readonly Triplet[];
  row?: ArrayLike<number>;
  column?: ArrayLike<number>;
  values?: ArrayLike<number>;
  imag?: ArrayLike<number>;
}): CsrMatrix {
  requireOptions("csrFromTriplets", parts, {
    rows: 0,
    cols: 0,
    triplets: true,
    row: true,
    column: true,
    values: true,
    imag: true,
  });
  const { rows, cols } = parts;
  checkSizes("csrFromTriplets", rows, cols);
  const entries = parts.triplets === undefined ? fromArrays(parts) : fromList(parts.triplets);
  const count = entries.row.length;
  const counts = new Int32Array(cols + 1);
  for (let e = 0; e < count; e++) {
    const [i, j] = [entries.row[e]!, entries.column[e]!];
    if (
      !(i >= 0 && i < rows && j >= 0 && j < cols) ||
      !Number.isInteger(i) ||
      !Number.isInteger(j)
    ) {
      throw mismatch(`csrFromTriplets: entry ${e}`, `a place in ${rows} x ${cols}`, `(${i}, ${j})`);
    }
    counts[j + 1]!++;
  }
  // Two stable counting sorts, by column and then by row, leave each row's columns ascending.
  const byColumn = new Int32Array(count);
  for (let j = 0; j < cols; j++) counts[j + 1]! += counts[j]!;
  for (let e = 0; e < count; e++) byColumn[counts[entries.column[e]!]!++] = e;
  const start = new Int32Array(rows + 1);
  for (let e = 0; e < count; e++) start[entries.row[e]! + 1]!++;
  for (let i = 0; i < rows; i++) start[i + 1]! += start[i]!;
  const next = start.slice(0, rows);
  const order = new Int32Array(count);
  for (let s = 0; s < count; s++) {
    const e = byColumn[s]!;
    order[next[entries.row[e]!]!++] = e;
  }
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(count);
  const values = new Float64Array(count);
  const imag = entries.imag === undefined ? undefined : new Float64Array(count);
  let used = 0;
  for (let i = 0; i < rows; i++) {
    const first = used;
    for (let s = start[i]!; s < start[i + 1]!; s++) {
      const e = order[s]!;
      const j = entries.column[e]!;
      if (used === first || indices[used - 1] !== j) indices[used++] = j;
      values[used - 1]! += entries.values === undefined ? 1 : entries.values[e]!;
      if (imag !== undefined) imag[used - 1]! += entries.imag![e]!;
    }
    indptr[i + 1] = used;
  }
  const result: CsrMatrix = {
    kind: "csr",
    rows,
    cols,
    indptr,
    indices: indices.slice(0, used),
    values: values.slice(0, used),
    imag: imag?.slice(0, used),
  };
  checkFinite("csrFromTriplets: values", result.values);
  if (result.imag !== undefined) checkFinite("csrFromTriplets: imag", result.imag);
  return result;
}

interface Entries {
  readonly row: ArrayLike<number>;
  readonly column: ArrayLike<number>;
  readonly values: ArrayLike<number> | undefined;
  readonly imag: ArrayLike<number> | undefined;
}

function fromArrays(parts: {
  row?: ArrayLike<number>;
  column?: ArrayLike<number>;
  values?: ArrayLike<number>;
  imag?: ArrayLike<number>;
}): Entries {
  const { row = [], column = [], values, imag } = parts;
  checkLength("csrFromTriplets: column", column, row.length);
  if (values !== undefined) checkLength("csrFromTriplets: values", values, row.length);
  if (imag !== undefined) checkLength("csrFromTriplets: imag", imag, row.length);
  return { row, column, values, imag };
}

function fromList(triplets: readonly Triplet[]): Entries {
  const complex = triplets.some((t) => (t[3] ?? 0) !== 0);
  return {
    row: triplets.map((t) => t[0]),
    column: triplets.map((t) => t[1]),
    values: triplets.map((t) => t[2]),
    imag: complex ? triplets.map((t) => t[3] ?? 0) : undefined,
  };
}

/** A sparse n x n diagonal matrix. */
export function csrDiagonal(diagonal: ArrayLike<number>): CsrMatrix {
  const n = diagonal.length;
  const values = Float64Array.from(diagonal);
  checkFinite("csrDiagonal", values);
  const ramp = Int32Array.from({ length: n + 1 }, (_, i) => i);
  return {
    kind: "csr",
    rows: n,
    cols: n,
    indptr: ramp,
    indices: ramp.slice(0, n),
    values,
    imag: undefined,
  };
}

/** The conjugate transpose. */
export function csrAdjoint(a: CsrMatrix): CsrMatrix {
  const count = a.indices.length;
  const indptr = new Int32Array(a.cols + 1);
  for (let p = 0; p < count; p++) indptr[a.indices[p]! + 1]!++;
  for (let j = 0; j < a.cols; j++) indptr[j + 1]! += indptr[j]!;
  const next = indptr.slice(0, a.cols);
  const indices = new Int32Array(count);
  const values = new Float64Array(count);
  const imag = a.imag === undefined ? undefined : new Float64Array(count);
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      const q = next[a.indices[p]!]!++;
      indices[q] = i;
      values[q] = a.values[p]!;
      if (imag !== undefined) imag[q] = -a.imag![p]!;
    }
  }
  return { kind: "csr", rows: a.cols, cols: a.rows, indptr, indices, values, imag };
}

/** y += factor * A x for real vectors; `x` and `y` may be windows into longer vectors. */
export function csrAccumulate(
  a: CsrMatrix,
  x: Float64Array,
  y: Float64Array,
  factor: number,
  values: Float64Array = a.values,
): void {
  const { indptr, indices, rows } = a;
  let p = indptr[0]!;
  for (let i = 0; i < rows; i++) {
    const end = indptr[i + 1]!;
    let sum = 0;
    for (; p < end; p++) sum += values[p]! * x[indices[p]!]!;
    y[i]! += factor * sum;
  }
}

/** y += factor * A^T x for real vectors. */
export function csrAccumulateTransposed(
  a: CsrMatrix,
  x: Float64Array,
  y: Float64Array,
  factor: number,
  values: Float64Array = a.values,
): void {
  const { indptr, indices, rows } = a;
  for (let i = 0; i < rows; i++) {
    const xi = factor * x[i]!;
    if (xi === 0) continue;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++) y[indices[p]!]! += values[p]! * xi;
  }
}
