/** The implicit QL algorithm. Source: Wilkinson & Reinsch, Handbook for Automatic Computation II (tql2). */
import { CoupletError } from "couplet/kit";

/**
 * Eigenvalues of a real symmetric tridiagonal matrix (tql2). `d` becomes the eigenvalues, unsorted;
 * `off[i]` couples i - 1 and i and is destroyed; `vectors` (rows of length `width`) is rotated along.
 */
export function implicitQl(
  d: Float64Array,
  off: Float64Array,
  width: number,
  vectors: Float64Array,
): void {
  const n = d.length;
  const e = off;
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  if (n > 0) e[n - 1] = 0;
  // Where the matrix has low rank (all ones, say) both diagonals are rounding of rounding, and no entry is small beside
  // its neighbours; what is below this moves no eigenvalue by a digit.
  let floor = 0;
  for (let i = 0; i < n; i++) floor = Math.max(floor, Math.abs(d[i]!) + Math.abs(e[i]!));
  floor *= Number.EPSILON ** 2;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (
        m < n - 1 &&
        Math.abs(e[m]!) > Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!)) + floor
      )
        m++;
      if (m === l) break;
      // Convergence is cubic; LAPACK's limit is 30 per eigenvalue.
      if (iteration === 60) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: "implicitQl",
          expected: "an eigenvalue within 60 steps",
          received: `none for number ${l}`,
        });
      }
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g < 0 ? -r : r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        let f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        const [lower, upper] = [i * width, (i + 1) * width];
        for (let k = 0; k < width; k++) {
          f = vectors[upper + k]!;
          vectors[upper + k] = s * vectors[lower + k]! + c * f;
          vectors[lower + k] = c * vectors[lower + k]! - s * f;
        }
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}
