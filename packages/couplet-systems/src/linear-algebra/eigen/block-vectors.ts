/**
 * Operations on several long vectors at once, a thousand rows after another: what is read once stays in the processor's cache for all
 * of them. Iterative solvers on large operators spend more time moving vectors than computing.
 */
import { innerProduct } from "couplet/kit";
import { addMultiple, complexCombination } from "./vector.ts";

/** Rows at a time: two dozen vectors of this length take 200 kB. */
const stretch = 1024;

/** x_i^H y_j, row-major: real and imaginary parts (0 for real vectors). */
export interface InnerProducts {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** All inner products of two sets of vectors; `symmetric`: only j >= i is computed, the rest mirrored. */
export function innerProducts(
  x: readonly Float64Array[],
  y: readonly Float64Array[],
  complex: boolean,
  symmetric = false,
): InnerProducts {
  const [rows, cols] = [x.length, y.length];
  const re = new Float64Array(rows * cols);
  const im = new Float64Array(rows * cols);
  const first = (i: number): number => (symmetric ? i : 0);
  if (complex) {
    for (let i = 0; i < rows; i++)
      for (let j = first(i); j < cols; j++)
        [re[i * cols + j], im[i * cols + j]] = innerProduct(x[i]!, y[j]!, true) as [number, number];
  } else {
    const n = x[0]?.length ?? 0;
    for (let from = 0; from < n; from += stretch) {
      const to = Math.min(n, from + stretch);
      for (let i = 0; i < rows; i++)
        for (let j = first(i); j < cols; j++) re[i * cols + j]! += dotOf(x[i]!, y[j]!, from, to);
    }
  }
  if (symmetric) {
    for (let i = 0; i < rows; i++) {
      im[i * cols + i] = 0;
      for (let j = i + 1; j < cols; j++) {
        re[j * cols + i] = re[i * cols + j]!;
        im[j * cols + i] = -im[i * cols + j]!;
      }
    }
  }
  return { re, im };
}

function dotOf(x: Float64Array, y: Float64Array, from: number, to: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = from;
  for (; i + 4 <= to; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < to; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/**
 * The combinations sum_j c_j basis_j for several sets of coefficients (planar if complex). `room` gives vectors to write to; what is
 * in them does not matter.
 */
export function combinations(
  basis: readonly Float64Array[],
  coefficients: readonly Float64Array[],
  complex: boolean,
  room: () => Float64Array,
): Float64Array[] {
  if (complex) return coefficients.map((c) => complexCombination(basis, c));
  if (basis.length === 0) return [];
  const outs = coefficients.map(() => room());
  const n = basis[0]!.length;
  for (let from = 0; from < n; from += stretch) {
    const to = Math.min(n, from + stretch);
    outs.forEach((out, k) => {
      const c = coefficients[k]!;
      out.fill(0, from, to);
      let j = 0;
      for (; j + 3 <= basis.length; j += 3)
        addThree(
          out,
          basis[j]!,
          basis[j + 1]!,
          basis[j + 2]!,
          c[j]!,
          c[j + 1]!,
          c[j + 2]!,
          from,
          to,
        );
      for (; j < basis.length; j++) addOne(out, basis[j]!, c[j]!, from, to);
    });
  }
  return outs;
}

/** Removes from each of `vectors` its components along orthonormal ones, in place (one pass of classical Gram-Schmidt). */
export function removeAll(
  vectors: readonly Float64Array[],
  away: readonly Float64Array[],
  complex: boolean,
): void {
  if (away.length === 0) return;
  const { re, im } = innerProducts(away, vectors, complex);
  const m = vectors.length;
  if (complex) {
    vectors.forEach((w, k) =>
      away.forEach((v, j) => addMultiple(v, w, -re[j * m + k]!, -im[j * m + k]!)),
    );
    return;
  }
  const n = vectors[0]?.length ?? 0;
  for (let from = 0; from < n; from += stretch) {
    const to = Math.min(n, from + stretch);
    vectors.forEach((w, k) => {
      let j = 0;
      for (; j + 3 <= away.length; j += 3) {
        const p = j * m + k;
        addThree(
          w,
          away[j]!,
          away[j + 1]!,
          away[j + 2]!,
          -re[p]!,
          -re[p + m]!,
          -re[p + 2 * m]!,
          from,
          to,
        );
      }
      for (; j < away.length; j++) addOne(w, away[j]!, -re[j * m + k]!, from, to);
    });
  }
}

function addThree(
  out: Float64Array,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  a: number,
  b: number,
  c: number,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) out[i]! += a * x[i]! + b * y[i]! + c * z[i]!;
}

function addOne(out: Float64Array, x: Float64Array, a: number, from: number, to: number): void {
  for (let i = from; i < to; i++) out[i]! += a * x[i]!;
}
