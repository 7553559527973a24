import { CoupletError } from "couplet/kit";
import { toDense } from "../linear-algebra/matrix/convert.ts";
import type { AnyOperator } from "../linear-algebra/matrix/matrix.ts";
import { eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
import { spectrum } from "../linear-algebra/eigen/spectrum.ts";

/** Above this size the whole spectrum costs minutes (n^3) and hundreds of megabytes. */
const fullSpectrumLimit = 3000;

/** One eigenpair of a symmetric operator with its residual |A v - lambda v|. */
export interface Eigenpair {
  readonly value: number;
  readonly vector: Float64Array;
  readonly residual: number;
}

/**
 * The smallest or largest eigenpair of a real symmetric operator, known eigenvectors left out.
 * @throws CoupletError NOT_CONVERGED with the residual
 */
export function extremalPair(
  a: AnyOperator,
  which: "SA" | "LA",
  deflate: readonly Float64Array[] = [],
): Eigenpair {
  const found = spectrum({
    operator: a,
    k: 1,
    which,
    deflate,
    maxProducts: 200_000,
    verify: false,
  });
  if (!found.converged) {
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "eigenvalue",
      expected: "a converged eigenpair",
      received: `${found.values[0]} with residual ${found.residuals[0]} after ${found.products} products`,
    });
  }
  return { value: found.values[0]!, vector: found.vectors[0]!, residual: found.residuals[0]! };
}

/** All eigenvalues of a real symmetric operator, ascending. @throws CoupletError NOT_SUPPORTED above 3000 unknowns */
export function fullSpectrum(a: AnyOperator, where: string): Float64Array {
  if (a.rows > fullSpectrumLimit) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where,
      expected: `at most ${fullSpectrumLimit} state nodes (it needs the whole spectrum)`,
      received: `${a.rows}`,
    });
  }
  return eigenSymmetric(toDense(a)).values;
}

/** The spectral radius of a non-negative operator: its largest eigenvalue, symmetric or not (Perron and Frobenius). */
export function spectralRadius(a: AnyOperator, symmetric: boolean): number {
  if (symmetric) return extremalPair(a, "LA").value;
  const found = spectrum({ operator: a, k: 1, which: "LR" });
  if (!found.converged) {
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "spectralRadius",
      expected: "a converged eigenvalue",
      received: `${found.values[0]} with residual ${found.residuals[0]}`,
    });
  }
  return found.values[0]!;
}
