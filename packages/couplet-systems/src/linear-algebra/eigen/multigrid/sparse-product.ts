/** Products of sparse matrices, for coarse operators. Columns of a row come in any order. */
import type { CsrMatrix } from "../../matrix/matrix.ts";
import { csrAdjoint } from "../../sparse/csr.ts";

/** C = A B, real. Gustavson's algorithm: one row of C at a time, in a dense accumulator. */
export function sparseProduct(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const { rows } = a;
  const indptr = new Int32Array(rows + 1);
  const mark = new Int32Array(b.cols).fill(-1);
  for (let i = 0; i < rows; i++) {
    let count = 0;
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      const k = a.indices[p]!;
      for (let q = b.indptr[k]!; q < b.indptr[k + 1]!; q++) {
        const j = b.indices[q]!;
        if (mark[j] === i) continue;
        mark[j] = i;
        count++;
      }
    }
    indptr[i + 1] = indptr[i]! + count;
  }
  const indices = new Int32Array(indptr[rows]!);
  const values = new Float64Array(indptr[rows]!);
  const place = new Int32Array(b.cols).fill(-1);
  for (let i = 0; i < rows; i++) {
    const first = indptr[i]!;
    let next = first;
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      const k = a.indices[p]!;
      const v = a.values[p]!;
      for (let q = b.indptr[k]!; q < b.indptr[k + 1]!; q++) {
        const j = b.indices[q]!;
        // A place from an earlier row is before this row's first entry.
        if (place[j]! < first) {
          place[j] = next;
          indices[next++] = j;
        }
        values[place[j]!]! += v * b.values[q]!;
      }
    }
  }
  return { kind: "csr", rows, cols: b.cols, indptr, indices, values, imag: undefined };
}

/** The Galerkin product P^T A P. */
export function galerkin(a: CsrMatrix, p: CsrMatrix): CsrMatrix {
  return sparseProduct(csrAdjoint(p), sparseProduct(a, p));
}
