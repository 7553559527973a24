import { internalError } from "../error.ts";

/** The lower Cholesky factor of a symmetric positive definite matrix given by its lower half, row-major. */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = factorOrPivot(matrix, n);
  if (typeof factor !== "number") return factor;
  throw internalError(`a matrix that is not positive definite (pivot ${factor})`);
}

/** Whether a symmetric matrix, given by its lower half, row-major, is positive definite. */
export function isPositiveDefinite(matrix: Float64Array, n: number): boolean {
  return typeof factorOrPivot(matrix, n) !== "number";
}

/** The factor, or the first pivot that is not above 0. */
function factorOrPivot(matrix: Float64Array, n: number): Float64Array | number {
  const factor = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * n + b]!;
      for (let k = 0; k < b; k++) sum -= factor[a * n + k]! * factor[b * n + k]!;
      if (a === b) {
        if (!(sum > 0)) return sum;
        factor[a * n + a] = Math.sqrt(sum);
      } else factor[a * n + b] = sum / factor[b * n + b]!;
    }
  return factor;
}
