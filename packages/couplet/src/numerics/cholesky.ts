import { internalError } from "../error.ts";

/** The lower Cholesky factor of a symmetric positive definite matrix given by its lower half, row-major. */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * n + b]!;
      for (let k = 0; k < b; k++) sum -= factor[a * n + k]! * factor[b * n + k]!;
      if (a === b) {
        if (!(sum > 0))
          throw internalError(`a matrix that is not positive definite (pivot ${sum})`);
        factor[a * n + a] = Math.sqrt(sum);
      } else factor[a * n + b] = sum / factor[b * n + b]!;
    }
  return factor;
}
