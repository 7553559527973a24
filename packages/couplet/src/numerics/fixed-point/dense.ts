import { CoupletError } from "../../error.ts";

/** A factored square matrix: solves any number of right-hand sides. */
export type DenseSolve = (right: Float64Array) => Float64Array;

/**
 * LU factorisation with partial pivoting of a small dense matrix given by rows.
 *
 * @returns the solver `b -> A^-1 b`
 * @throws CoupletError DATA_INVALID when a pivot is zero to rounding
 */
export function denseSolver(rows: readonly Float64Array[]): DenseSolve {
  const n = rows.length;
  const lu = rows.map((row) => row.slice());
  const order = lu.map((_, i) => i);
  const scale = Math.max(
    ...lu.map((row) => row.reduce((m, value) => Math.max(m, Math.abs(value)), 0)),
  );
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i][k]) > Math.abs(lu[pivot][k])) pivot = i;
    // Below this the pivot is the rounding of larger numbers, not data.
    if (!(Math.abs(lu[pivot][k]) > n * Number.EPSILON * 1e-3 * scale)) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: "denseSolver",
        expected: "a regular matrix",
        received: `a zero pivot in column ${k} of ${n}`,
      });
    }
    [lu[k], lu[pivot]] = [lu[pivot], lu[k]];
    [order[k], order[pivot]] = [order[pivot], order[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = (lu[i][k] /= lu[k][k]);
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) lu[i][j] -= factor * lu[k][j];
    }
  }
  return (right) => {
    const x = Float64Array.from(order, (i) => right[i]);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i] -= lu[i][j] * x[j];
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) x[i] -= lu[i][j] * x[j];
      x[i] /= lu[i][i];
    }
    return x;
  };
}
