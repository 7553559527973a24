/** One door to the eigen-solvers: `spectrum`. */
import { checkOptions } from "couplet/kit";
import { squareSize } from "../matrix/matrix.ts";
import type { LinearOperator } from "../matrix/matrix.ts";
import { onThreads } from "../sparse/parallel/parallel-operator.ts";
import { isSupra } from "../../supra/supra.ts";
import { notHermitian } from "./dense-symmetric.ts";
import { diagonalPreconditioner } from "./diagonal.ts";
import { general } from "./general-pairs.ts";
import {
  denseHermitian,
  hermitianDefect,
  hermitianResult,
  orthonormalDeflation,
} from "./hermitian-pairs.ts";
import { lanczos } from "./lanczos.ts";
import { lobpcg } from "./lobpcg.ts";
import { checkEnd, chooseMethod, usage } from "./options.ts";
import type { SpectrumOptions, SpectrumResult } from "./options.ts";
import { multigrid } from "./multigrid/multigrid.ts";
import type { Preconditioner } from "./multigrid/multigrid.ts";
import { nearestPairs } from "./shift-invert.ts";

/**
 * Computes k eigenpairs of an operator.
 *
 * Every pair comes with its residual; a run that did not converge returns what it has, with
 * `converged: false`. Deflated vectors are checked to be eigenvectors.
 *
 * @throws CoupletError USAGE for a non-Hermitian operator where a Hermitian one is needed, for a
 *   deflated vector that is not an eigenvector, for options that contradict each other; `signal.reason` when
 *   aborted
 * @example
 * import { dense, spectrum } from "couplet-systems/linear-algebra";
 * const path = dense([[1, -1, 0], [-1, 2, -1], [0, -1, 1]]);
 * const { values } = spectrum({ operator: path, k: 2 }); // 0, 1
 */
export function spectrum(options: SpectrumOptions): SpectrumResult {
  checkOptions("spectrum", options, {
    operator: true,
    k: 0,
    which: ["SA", "LA", "LM", "LR", "SR"],
    near: 0,
    hermitian: false,
    method: ["dense", "krylovSchur", "lanczos", "lobpcg", "shiftInvert"],
    deflate: true,
    precondition: "function",
    tolerance: 0,
    maxProducts: 0,
    basisSize: 0,
    verify: false,
    threads: 0,
    seed: 0,
    onProgress: "function",
    signal: "AbortSignal",
  });
  squareSize("spectrum: operator", options.operator);
  return onThreads(options.operator, options.threads, (map) => solve(options, map));
}

function solve(options: SpectrumOptions, map: LinearOperator): SpectrumResult {
  const {
    operator,
    k = 6,
    near,
    tolerance = 1e-10,
    maxProducts = 20_000,
    seed = 1,
    verify = true,
  } = options;
  const n = operator.rows;
  const which = checkEnd(options);
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw usage("k", `an integer from 1 to ${n}`, String(k));
  if (!(tolerance > 0)) throw usage("tolerance", "a number > 0", String(tolerance));
  const defect = hermitianDefect(map);
  // 1e-10 relative: rounding of a product is 1e-16 times the entries of a row.
  const isHermitian = defect <= 1e-10;
  const hermitian =
    options.hermitian ??
    (which === "LR" || which === "SR" ? false : which === "LM" ? isHermitian : true);
  if (hermitian && !isHermitian)
    throw notHermitian(
      "spectrum",
      "Hermitian",
      `one with |x^H A y - (A x)^H y| = ${defect.toExponential(2)} |A|`,
    );
  const method = options.method ?? chooseMethod(operator, n, k, hermitian, which, near);
  const onRestart = (products: number, converged: number): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.({ products, converged });
  };
  if (!hermitian)
    return general(options, map, method, n, k, which, tolerance, maxProducts, seed, onRestart);
  const deflate = orthonormalDeflation(map, options.deflate ?? []);
  const task = {
    operator: map,
    count: k,
    deflate,
    tolerance,
    maxProducts,
    seed,
    verify,
    basisSize: options.basisSize,
    onRestart,
  };
  const end = which === "LR" ? "LA" : which === "SR" ? "SA" : which;
  if (near !== undefined && method === "shiftInvert") {
    if (!isSupra(operator))
      throw usage(
        "near",
        "a stack (a supra operator)",
        "another operator of this size",
        'Build it with `stack` or `supra`, or use method: "dense".',
      );
    const found = nearestPairs(operator, near, task);
    return hermitianResult(found, found.norm, k, tolerance, "shiftInvert", found.proven);
  }
  if (method === "dense") return denseHermitian(operator, k, end, near, deflate, tolerance);
  if (method === "krylovSchur" || near !== undefined)
    throw usage(
      "method",
      near === undefined
        ? '"dense", "lanczos" or "lobpcg" for a Hermitian operator'
        : '"shiftInvert" or "dense" with `near`',
      `"${method}"`,
    );
  if (method === "lobpcg") {
    if (end !== "SA") throw usage("which", '"SA" with method "lobpcg"', `"${which}"`);
    const precondition = options.precondition ?? diagonalPreconditioner(operator);
    const better = (): Preconditioner | undefined =>
      options.precondition === undefined ? multigrid(operator, map, deflate[0]) : undefined;
    const guard = Math.min(2, k + 1);
    const found = lobpcg({ ...task, which: end, precondition, better, guard });
    return hermitianResult(found, found.norm, k, tolerance, "lobpcg", undefined);
  }
  const found = lanczos({ ...task, which: end });
  return hermitianResult(found, found.norm, k, tolerance, "lanczos", undefined);
}
