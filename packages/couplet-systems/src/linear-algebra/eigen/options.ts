/** Options and results of the eigensolvers, and the choice of one. */
import { type CoupletError, nearest, usageError } from "couplet/kit";
import type { AnyOperator } from "../matrix/matrix.ts";
import { diagonalPreconditioner } from "./diagonal.ts";

/** Which end of the spectrum (ARPACK's names): smallest or largest (algebraic), largest modulus, largest or smallest real part. */
export type SpectrumEnd = "SA" | "LA" | "LM" | "LR" | "SR";

/** Options of {@link spectrum}. */
export interface SpectrumOptions {
  readonly operator: AnyOperator;
  /** Number of eigenpairs; default 6. */
  readonly k?: number;
  /** Which end; default "SA". Not together with `near`. */
  readonly which?: SpectrumEnd;
  /** The eigenvalues nearest to this number (Hermitian stacks of any size, dense matrices). */
  readonly near?: number;
  /**
   * Whether the operator is Hermitian. Default: true for "SA", "LA" and `near`, false for "LR" and
   * "SR", decided by a test for "LM". Where it is true the operator is tested, and refused if not.
   */
  readonly hermitian?: boolean;
  /** The method; by default chosen by size and end. */
  readonly method?: "dense" | "lanczos" | "lobpcg" | "shiftInvert" | "krylovSchur";
  /** Known eigenvectors to leave out (the constant vector of a Laplacian); need not be orthonormal. */
  readonly deflate?: readonly Float64Array[];
  /**
   * z := about A^-1 r, for "lobpcg". Default: the inverse diagonal, and after 50 steps a multigrid cycle where the operator is
   * like a Laplacian.
   */
  readonly precondition?: (r: Float64Array, z: Float64Array) => void;
  /** Residuals |A v - lambda v| up to this fraction of |A| count as converged; default 1e-10. */
  readonly tolerance?: number;
  /** Most products with the operator; default 20,000. */
  readonly maxProducts?: number;
  /** Krylov vectors kept at once; chosen by default. */
  readonly basisSize?: number;
  /** Whether Lanczos searches again for missed copies of repeated eigenvalues; default true. */
  readonly verify?: boolean;
  /**
   * Threads for the products, the calling one included; 0: on the calling thread, without a copy. Default: one for each processor
   * for operators of 2 million entries and more, in Node. See `parallelOperator`.
   */
  readonly threads?: number;
  /** Seed of the start vector; default 1. */
  readonly seed?: number;
  /** Called between restarts or iterations. */
  readonly onProgress?: (progress: {
    readonly products: number;
    readonly converged: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** Eigenpairs with their residuals. */
export interface SpectrumResult {
  /** Real parts of the eigenvalues: ascending if Hermitian, wanted first if not. */
  readonly values: Float64Array;
  /** Imaginary parts; all 0 if Hermitian. */
  readonly imaginary: Float64Array;
  /** Unit eigenvectors; planar complex if the operator is complex or not Hermitian. */
  readonly vectors: readonly Float64Array[];
  /** |A v - lambda v| for each pair. */
  readonly residuals: Float64Array;
  /** Whether all k pairs were found with residuals <= tolerance * |A|. If false, look at `residuals`. */
  readonly converged: boolean;
  readonly method: "dense" | "lanczos" | "lobpcg" | "shiftInvert" | "krylovSchur";
  /** Products with the operator (solves, for shift-invert). */
  readonly products: number;
  /** For `near`: an interval in which the inertia proves that no eigenvalue was missed. */
  readonly proven: readonly [low: number, high: number] | undefined;
}

/** Dense solvers below this size: 400^3 operations take under a second. */
const denseLimit = 400;

/** The default method for an operator. */
export function chooseMethod(
  operator: AnyOperator,
  n: number,
  k: number,
  hermitian: boolean,
  which: SpectrumEnd,
  near: number | undefined,
): SpectrumResult["method"] {
  if (n <= denseLimit || 2 * k > n) return "dense";
  if (!hermitian) return "krylovSchur";
  if (near !== undefined) return "shiftInvert";
  // The small end of a large operator converges slowly without a preconditioner.
  return (which === "SA" || which === "SR") &&
    n > 20_000 &&
    diagonalPreconditioner(operator) !== undefined
    ? "lobpcg"
    : "lanczos";
}

/** The end that is asked for. @throws CoupletError USAGE */
export function checkEnd(options: SpectrumOptions): SpectrumEnd {
  const ends: readonly SpectrumEnd[] = ["SA", "LA", "LM", "LR", "SR"];
  const { which, near } = options;
  if (near !== undefined) {
    if (which !== undefined)
      throw usage("which", "`near` or `which`, not both", `near ${near} and which "${which}"`);
    if (!Number.isFinite(near)) throw usage("near", "a finite number", String(near));
    return "SA";
  }
  if (which !== undefined && !ends.includes(which)) {
    const guess = nearest(which, ends);
    throw usage(
      "which",
      `one of ${ends.map((e) => `"${e}"`).join(", ")}`,
      `"${String(which)}"`,
      guess === undefined ? undefined : `Did you mean "${guess}"?`,
    );
  }
  return which ?? "SA";
}

/** A {@link CoupletError} about one of the options. */
export function usage(
  where: string,
  expected: string,
  received: string,
  hint?: string,
): CoupletError {
  return usageError(`spectrum: ${where}`, expected, received, hint);
}
