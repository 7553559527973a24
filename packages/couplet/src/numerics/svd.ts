/** Singular value decomposition by one-sided Jacobi rotations: the one of couplet and couplet-systems. */
import { CoupletError } from "../error.ts";
import { dot, innerProduct } from "./vector.ts";

/** A thin singular value decomposition `A = U diag(s) V^H`, stored by columns, singular values falling. */
export interface ThinSvd {
  /** Left singular vectors (planar complex if the columns are); a zero vector for a zero singular value. */
  readonly u: readonly Float64Array[];
  readonly s: Float64Array;
  readonly v: readonly Float64Array[];
}

/** Options of {@link thinSvd}. */
export interface SvdOptions {
  /** Whether the columns are planar complex: real parts, then imaginary parts. Default false. */
  readonly complex?: boolean;
  /**
   * Columns shorter than this share of the whole matrix belong to null vectors and are left alone. The default 0
   * keeps the digits of tiny singular values, which decide whether a secant direction is still worth having.
   */
  readonly noise?: number;
}

/**
 * The thin singular value decomposition of a matrix given by its columns; min(n, k) triplets.
 *
 * One-sided Jacobi: pairs of columns are rotated until all are orthogonal, O(n k^2) a sweep and about 6 sweeps. Slow for
 * many columns, but accurate to the last digits for small singular values too.
 *
 * @param columns k vectors of n entries; not modified
 * @throws CoupletError NOT_CONVERGED if 60 sweeps do not suffice (an entry that is not finite)
 * @see Hestenes 1958; Golub & Van Loan, Matrix Computations, section 8.6.3
 */
export function thinSvd(
  columns: readonly Float64Array[],
  { complex = false, noise = 0 }: SvdOptions = {},
): ThinSvd {
  const count = columns.length;
  const rows = (columns[0]?.length ?? 0) / (complex ? 2 : 1);
  if (count > rows) {
    // The adjoint of a wide matrix is tall: its columns are fewer than its rows.
    const adjoint = Array.from({ length: rows }, (_, i) => adjointColumn(columns, i, complex));
    const { u, s, v } = thinSvd(adjoint, { complex, noise });
    return { u: v, s, v: u };
  }
  const left = columns.map((column) => column.slice());
  const right = columns.map((_, j) => {
    const unit = new Float64Array((complex ? 2 : 1) * count);
    unit[j] = 1;
    return unit;
  });
  const floor = noise ** 2 * left.reduce((sum, c) => sum + dot(c, c), 0);
  for (let sweep = 0; rotateAll(left, right, complex, floor); sweep++) {
    // Convergence is quadratic after a few sweeps; 60 means that something is not a number.
    if (sweep === 60)
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: "thinSvd",
        expected: "orthogonal columns within 60 sweeps",
        received: "none",
      });
  }
  const s = left.map((column) => Math.sqrt(dot(column, column)));
  const order = s.map((_, j) => j).sort((i, j) => s[j]! - s[i]!);
  return {
    u: order.map((j) => left[j]!.map((value) => (s[j]! > 0 ? value / s[j]! : 0))),
    s: Float64Array.from(order, (j) => s[j]!),
    v: order.map((j) => right[j]!),
  };
}

/** Column i of the adjoint of the matrix with these columns: row i, conjugated. */
function adjointColumn(
  columns: readonly Float64Array[],
  i: number,
  complex: boolean,
): Float64Array {
  if (!complex) return Float64Array.from(columns, (column) => column[i]!);
  const row = new Float64Array(2 * columns.length);
  columns.forEach((column, j) => {
    row[j] = column[i]!;
    row[columns.length + j] = -column[column.length / 2 + i]!;
  });
  return row;
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
      const [xx, yy] = [dot(x, x), dot(y, y)];
      const [dr, di] = innerProduct(x, y, complex);
      const size = Math.hypot(dr, di);
      if (Math.min(xx, yy) <= noise || !(size > 1e-15 * Math.sqrt(xx * yy))) continue;
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
  const n = u.length / 2;
  const [ur, ui] = [u.subarray(0, n), u.subarray(n)];
  const [vr, vi] = [v.subarray(0, n), v.subarray(n)];
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
