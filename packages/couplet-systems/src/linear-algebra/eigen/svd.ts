/** Singular values of small dense matrices by one-sided Jacobi rotations. */
import { CoupletError } from "couplet/kit";
import { halves } from "../matrix/product.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../matrix/matrix.ts";

/** A = sum_i values[i] left[i] right[i]^H. */
export interface SingularValues {
  /** Descending; min(rows, cols) of them. */
  readonly values: Float64Array;
  /** Left singular vectors (planar complex if the matrix is complex); a zero vector for a zero value. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/**
 * The singular value decomposition of a small matrix (one-sided Jacobi; O(n^3) a sweep, about 6 sweeps).
 * Singular values below 1e-15 of the matrix's size are noise.
 *
 * @see Golub & Van Loan, Matrix Computations, section 8.6.3
 */
export function singularValues(a: DenseMatrix | ComplexDenseMatrix): SingularValues {
  const { rows, cols } = a;
  const complex = a.kind === "complexDense";
  const width = complex ? 2 : 1;
  // If A is wide, its adjoint is tall: columns are then fewer than rows.
  const wide = rows < cols;
  const [tall, count] = wide ? [cols, rows] : [rows, cols];
  const columns: Float64Array[] = [];
  const right: Float64Array[] = [];
  for (let j = 0; j < count; j++) {
    const column = new Float64Array(width * tall);
    for (let i = 0; i < tall; i++) {
      const p = wide ? j * cols + i : i * cols + j;
      column[i] = a.kind === "dense" ? a.values[p]! : a.re[p]!;
      if (a.kind === "complexDense") column[tall + i] = wide ? -a.im[p]! : a.im[p]!;
    }
    columns.push(column);
    const unit = new Float64Array(width * count);
    unit[j] = 1;
    right.push(unit);
  }
  const size2 = columns.reduce((sum, c) => c.reduce((inner, v) => inner + v * v, sum), 0);
  for (let sweep = 0; rotateAll(columns, right, complex, 1e-30 * size2); sweep++) {
    // Convergence is quadratic after a few sweeps; 60 means that something is not a number.
    if (sweep === 60)
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: "singularValues",
        expected: "orthogonal columns within 60 sweeps",
        received: "none",
      });
  }
  const norms = columns.map((c) => Math.sqrt(c.reduce((sum, v) => sum + v * v, 0)));
  const order = norms.map((_, j) => j).sort((i, j) => norms[j]! - norms[i]!);
  const unit = order.map((j) => columns[j]!.map((v) => (norms[j]! === 0 ? 0 : v / norms[j]!)));
  const other = order.map((j) => right[j]!);
  return {
    values: Float64Array.from(order, (j) => norms[j]!),
    left: wide ? other : unit,
    right: wide ? unit : other,
  };
}

/**
 * One sweep over all pairs of columns; returns whether any pair was not yet orthogonal. A column whose
 * squared length is below `noise` belongs to a null vector: what is left of it has no direction.
 */
function rotateAll(
  columns: Float64Array[],
  right: Float64Array[],
  complex: boolean,
  noise: number,
): boolean {
  let rotated = false;
  for (let p = 0; p < columns.length; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      const [x, y] = [columns[p]!, columns[q]!];
      let [xx, yy] = [0, 0];
      for (let i = 0; i < x.length; i++) {
        xx += x[i]! * x[i]!;
        yy += y[i]! * y[i]!;
      }
      const [dr, di] = innerProduct(x, y, complex);
      const size = Math.hypot(dr, di);
      if (Math.min(xx, yy) <= noise || size <= 1e-15 * Math.sqrt(xx * yy)) continue;
      rotated = true;
      const zeta = (yy - xx) / (2 * size);
      const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, t);
      // y is first turned by the phase that makes <x, y> real and positive.
      const [ur, ui] = [dr / size, -di / size];
      for (const [u, v] of [
        [x, y],
        [right[p]!, right[q]!],
      ] as const)
        rotate(u, v, c, c * t, ur, ui, complex);
    }
  }
  return rotated;
}

function rotate(
  u: Float64Array,
  v: Float64Array,
  c: number,
  s: number,
  pr: number,
  pi: number,
  complex: boolean,
): void {
  if (!complex) {
    for (let i = 0; i < u.length; i++) {
      const [x, y] = [u[i]!, pr * v[i]!];
      u[i] = c * x - s * y;
      v[i] = s * x + c * y;
    }
    return;
  }
  const [ur, ui] = halves(u);
  const [vr, vi] = halves(v);
  for (let i = 0; i < ur.length; i++) {
    const xr = ur[i]!,
      xi = ui[i]!;
    const yr = pr * vr[i]! - pi * vi[i]!;
    const yi = pr * vi[i]! + pi * vr[i]!;
    ur[i] = c * xr - s * yr;
    ui[i] = c * xi - s * yi;
    vr[i] = s * xr + c * yr;
    vi[i] = s * xi + c * yi;
  }
}

/** x^H y as [re, im] (im 0 for real vectors). */
export function innerProduct(x: Float64Array, y: Float64Array, complex: boolean): [number, number] {
  if (!complex) return [dot(x, y), 0];
  const n = x.length / 2;
  let [re, im] = [0, 0];
  for (let i = 0; i < n; i++) {
    re += x[i]! * y[i]! + x[n + i]! * y[n + i]!;
    im += x[i]! * y[n + i]! - x[n + i]! * y[i]!;
  }
  return [re, im];
}

/** x . y in four partial sums: one alone waits for each addition before the next. */
export function dot(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < n; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}
