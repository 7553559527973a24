import { dot } from "./vector.ts";

/** A thin singular value decomposition `A = U diag(s) V^T`, stored by columns, singular values falling. */
export interface ThinSvd {
  readonly u: readonly Float64Array[];
  readonly s: Float64Array;
  readonly v: readonly Float64Array[];
}

/**
 * Thin singular value decomposition of a matrix given by its columns; min(n, k) triplets.
 *
 * One-sided Jacobi (Hestenes 1958): pairs of columns are rotated until all are orthogonal. Slow for
 * many columns, but accurate to the last digits for small singular values too, which is what decides
 * whether a secant direction is still worth having.
 *
 * @param columns k vectors of length n; not modified
 */
export function thinSvd(columns: readonly Float64Array[]): ThinSvd {
  const count = columns.length;
  const rows = columns[0]?.length ?? 0;
  if (count > rows) {
    // A wide matrix is the transpose of a tall one.
    const { u, s, v } = thinSvd(
      Array.from({ length: rows }, (_, i) => Float64Array.from(columns, (c) => c[i])),
    );
    return { u: v, s, v: u };
  }
  const u = columns.map((column) => column.slice());
  const v = columns.map((_, j) => {
    const row = new Float64Array(count);
    row[j] = 1;
    return row;
  });
  // 40 sweeps: quadratic convergence needs under 10; the bound only guards against NaN.
  for (let sweep = 0; sweep < 40; sweep++) {
    let rotated = false;
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) {
        const a = dot(u[i], u[i]);
        const b = dot(u[j], u[j]);
        const c = dot(u[i], u[j]);
        if (!(Math.abs(c) > 1e-15 * Math.sqrt(a * b)) || c === 0) continue;
        rotated = true;
        const zeta = (b - a) / (2 * c);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + t * t);
        rotate(u[i], u[j], cosine, cosine * t);
        rotate(v[i], v[j], cosine, cosine * t);
      }
    }
    if (!rotated) break;
  }
  const s = u.map((column) => Math.sqrt(dot(column, column)));
  const order = s.map((_, j) => j).sort((i, j) => s[j] - s[i]);
  return {
    u: order.map((j) => u[j].map((value) => (s[j] > 0 ? value / s[j] : 0))),
    s: Float64Array.from(order, (j) => s[j]),
    v: order.map((j) => v[j]),
  };
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i], b[i]];
    a[i] = cosine * p - sine * q;
    b[i] = sine * p + cosine * q;
  }
}
