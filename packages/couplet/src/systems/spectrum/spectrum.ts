/** One door to the eigen-solvers: `spectrum`. */
import { CoupletError, nearest } from "../../error.ts";
import { toComplexDense, toDense } from "../operator/convert.ts";
import { checkFinite, checkLength, squareSize } from "../operator/matrix.ts";
import type { AnyOperator, LinearOperator } from "../operator/matrix.ts";
import { asOperator } from "../operator/product.ts";
import { isSupra } from "../operator/supra.ts";
import { eigenGeneral } from "./dense-general.ts";
import { eigenHermitian, eigenSymmetric, notHermitian } from "./dense-symmetric.ts";
import { diagonalPreconditioner } from "./diagonal.ts";
import { complexApply, krylovSchur } from "./krylov-schur.ts";
import type { GeneralEnd } from "./krylov-schur.ts";
import { lanczos, ranking } from "./lanczos.ts";
import { lobpcg } from "./lobpcg.ts";
import { nearestPairs } from "./shift-invert.ts";
import { innerProduct } from "./svd.ts";
import { addMultiple, norm, orthonormalize, randomVector } from "./vector.ts";

/** Which end of the spectrum (ARPACK's names): smallest or largest (algebraic), largest modulus, largest or smallest real part. */
export type SpectrumEnd = "SA" | "LA" | "LM" | "LR" | "SR";

/** What {@link spectrum} is asked for. */
export interface SpectrumOptions {
  readonly operator: AnyOperator;
  /** Number of eigenpairs; 6 if left out. */
  readonly k?: number;
  /** Which end; "SA" if left out. Not together with `near`. */
  readonly which?: SpectrumEnd;
  /** The eigenvalues nearest to this number (Hermitian stacks of any size, dense matrices). */
  readonly near?: number;
  /**
   * Whether the operator is Hermitian. Left out: true for "SA", "LA" and `near`, false for "LR" and
   * "SR", found out by a test for "LM". Where it is true the operator is tested, and refused if not.
   */
  readonly hermitian?: boolean;
  /** How; chosen by size and end if left out. */
  readonly method?: "dense" | "lanczos" | "lobpcg" | "shiftInvert" | "krylovSchur";
  /** Known eigenvectors to leave out (the constant vector of a Laplacian); need not be orthonormal. */
  readonly deflate?: readonly Float64Array[];
  /** z := about A^-1 r, for "lobpcg"; the inverse diagonal if left out. */
  readonly precondition?: (r: Float64Array, z: Float64Array) => void;
  /** Residuals |A v - lambda v| up to this fraction of |A| count as converged; 1e-10. */
  readonly tolerance?: number;
  /** Most products with the operator; 20000. */
  readonly maxProducts?: number;
  /** Krylov vectors kept at once; chosen if left out. */
  readonly basisSize?: number;
  /** Lanczos looks once more for a repeated eigenvalue that it missed; true. */
  readonly verify?: boolean;
  /** Seed of the start vector; 1. */
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

/**
 * Computes k eigenpairs of an operator.
 *
 * Every pair comes with its residual; a run that did not converge returns what it has, with
 * `converged: false`. Deflated vectors are checked to be eigenvectors.
 *
 * @throws CoupletError USAGE for a non-Hermitian operator where a Hermitian one is needed, for a
 *   deflated vector that is no eigenvector, for options that contradict each other; ABORTED
 */
export function spectrum(options: SpectrumOptions): SpectrumResult {
  const {
    operator,
    k = 6,
    near,
    tolerance = 1e-10,
    maxProducts = 20_000,
    seed = 1,
    verify = true,
  } = options;
  const n = squareSize("spectrum: operator", operator);
  const which = checkEnd(options);
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw usage("k", `a whole number from 1 to ${n}`, String(k));
  if (!(tolerance > 0)) throw usage("tolerance", "a number > 0", String(tolerance));
  const map = asOperator(operator);
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
    if (options.signal?.aborted === true) {
      throw new CoupletError({
        code: "ABORTED",
        where: "spectrum",
        expected: "to finish",
        received: "an abort signal",
        cause: options.signal.reason,
      });
    }
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
    const found = lobpcg({ ...task, which: end, precondition, guard: Math.min(2, k + 1) });
    return hermitianResult(found, found.norm, k, tolerance, "lobpcg", undefined);
  }
  const found = lanczos({ ...task, which: end });
  return hermitianResult(found, found.norm, k, tolerance, "lanczos", undefined);
}

function chooseMethod(
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

function checkEnd(options: SpectrumOptions): SpectrumEnd {
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

/** max over two random pairs of |x^H A y - (A x)^H y| / (|A x| |y|). */
function hermitianDefect(map: LinearOperator): number {
  const width = (map.complex ? 2 : 1) * map.rows;
  const [x, y] = [randomVector(width, 101), randomVector(width, 202)];
  const [ax, ay] = [new Float64Array(width), new Float64Array(width)];
  map.apply(x, ax);
  map.apply(y, ay);
  checkFinite("spectrum: operator times a vector", ax);
  const [ar, ai] = innerProduct(x, ay, map.complex);
  const [br, bi] = innerProduct(ax, y, map.complex);
  const size = Math.max(norm(ax) * norm(y), norm(ay) * norm(x));
  return size === 0 ? 0 : Math.hypot(ar - br, ai - bi) / size;
}

function orthonormalDeflation(
  map: LinearOperator,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const width = (map.complex ? 2 : 1) * map.rows;
  const basis: Float64Array[] = [];
  const probe = randomVector(width, 303);
  const image = new Float64Array(width);
  map.apply(probe, image);
  const scale = norm(image) / norm(probe);
  vectors.forEach((vector, i) => {
    checkLength(`spectrum: deflate[${i}]`, vector, width);
    const unit = vector.slice();
    if (orthonormalize(unit, basis, map.complex) === 0) return;
    map.apply(unit, image);
    const [value] = innerProduct(unit, image, map.complex);
    addMultiple(unit, image, -value, 0);
    // 1e-8: a deflated vector may come from an earlier, less exact solve.
    if (norm(image) > 1e-8 * scale) {
      throw usage(
        `deflate[${i}]`,
        "an eigenvector",
        `a vector with residual ${norm(image).toExponential(2)}`,
      );
    }
    basis.push(unit);
  });
  return basis;
}

function hermitianResult(
  found: { values: number[]; vectors: Float64Array[]; residuals: number[]; products: number },
  scale: number,
  k: number,
  tolerance: number,
  method: SpectrumResult["method"],
  proven: SpectrumResult["proven"],
): SpectrumResult {
  const order = found.values.map((_, i) => i).sort((a, b) => found.values[a]! - found.values[b]!);
  const residuals = Float64Array.from(order, (i) => found.residuals[i]!);
  return {
    values: Float64Array.from(order, (i) => found.values[i]!),
    imaginary: new Float64Array(order.length),
    vectors: order.map((i) => found.vectors[i]!),
    residuals,
    converged: order.length === k && residuals.every((r) => r <= tolerance * scale),
    method,
    products: found.products,
    proven,
  };
}

function denseHermitian(
  operator: AnyOperator,
  k: number,
  end: "SA" | "LA" | "LM",
  near: number | undefined,
  deflate: readonly Float64Array[],
  tolerance: number,
): SpectrumResult {
  const map = asOperator(operator);
  const { values, vectors } = map.complex
    ? eigenHermitian(toComplexDense(operator))
    : eigenSymmetric(toDense(operator));
  const rank =
    near === undefined
      ? ranking(end)
      : (a: number, b: number) => Math.abs(a - near) - Math.abs(b - near);
  const scale = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // With repeated eigenvalues the computed vectors may mix with the deflated ones: take those out first.
  const away = deflate.slice();
  const pairs: { value: number; vector: Float64Array; residual: number }[] = [];
  for (const i of Array.from(values, (_, j) => j).sort((a, b) => rank(values[a]!, values[b]!))) {
    if (pairs.length === k) break;
    const vector = vectors[i]!.slice();
    if (deflate.length > 0) {
      // Little is left: the vector was (nearly) in the span of the deflated ones and those taken.
      // Others of the same eigenvalue have more of the direction that is still missing.
      const before = vector.slice();
      if (orthonormalize(before, away, map.complex) < 0.01) continue;
      vector.set(before);
    }
    const image = new Float64Array(vector.length);
    map.apply(vector, image);
    addMultiple(vector, image, -values[i]!, 0);
    pairs.push({ value: values[i]!, vector, residual: norm(image) });
    away.push(vector);
  }
  const found = {
    values: pairs.map((p) => p.value),
    vectors: pairs.map((p) => p.vector),
    residuals: pairs.map((p) => p.residual),
    products: pairs.length,
  };
  // Dense solvers are exact to rounding: 1e-12 |A| if a tolerance below that was asked for.
  return hermitianResult(
    found,
    scale,
    k,
    Math.max(tolerance, 1e-12),
    "dense",
    near === undefined ? undefined : [-Infinity, Infinity],
  );
}

function general(
  options: SpectrumOptions,
  map: LinearOperator,
  method: SpectrumResult["method"],
  n: number,
  k: number,
  which: SpectrumEnd,
  tolerance: number,
  maxProducts: number,
  seed: number,
  onRestart: (products: number, converged: number) => void,
): SpectrumResult {
  if (which === "SA" || which === "LA" || options.near !== undefined) {
    throw usage(
      "which",
      '"LR", "SR" or "LM" for an operator that is not Hermitian',
      options.near === undefined ? `"${which}"` : "`near`",
    );
  }
  if ((options.deflate?.length ?? 0) > 0)
    throw usage(
      "deflate",
      "no deflation for an operator that is not Hermitian",
      "deflated vectors",
    );
  if (method === "dense") return denseGeneral(options.operator, map, k, which, tolerance);
  if (method !== "krylovSchur")
    throw usage(
      "method",
      '"dense" or "krylovSchur" for an operator that is not Hermitian',
      `"${method}"`,
    );
  const found = krylovSchur({
    operator: map,
    count: k,
    which,
    tolerance,
    maxProducts,
    seed,
    basisSize: options.basisSize,
    onRestart,
  });
  return {
    values: Float64Array.from(found.re),
    imaginary: Float64Array.from(found.im),
    vectors: found.vectors,
    residuals: Float64Array.from(found.residuals),
    converged:
      found.vectors.length === k && found.residuals.every((r) => r <= tolerance * found.norm),
    method: "krylovSchur",
    products: found.products,
    proven: undefined,
  };
}

function denseGeneral(
  operator: AnyOperator,
  map: LinearOperator,
  k: number,
  which: GeneralEnd,
  tolerance: number,
): SpectrumResult {
  const { re, im, vectors } = eigenGeneral(
    map.complex ? toComplexDense(operator) : toDense(operator),
  );
  const weight = (i: number): number =>
    which === "LR" ? re[i]! : which === "SR" ? -re[i]! : Math.hypot(re[i]!, im[i]!);
  const order = Array.from(re, (_, i) => i)
    .sort((a, b) => weight(b) - weight(a) || im[b]! - im[a]!)
    .slice(0, k);
  const apply = complexApply(map);
  let scale = 0;
  const residuals = Float64Array.from(order, (i) => {
    const v = vectors[i]!;
    const image = new Float64Array(v.length);
    apply(v, image);
    scale = Math.max(scale, norm(image));
    addMultiple(v, image, -re[i]!, -im[i]!);
    return norm(image);
  });
  return {
    values: Float64Array.from(order, (i) => re[i]!),
    imaginary: Float64Array.from(order, (i) => im[i]!),
    vectors: order.map((i) => vectors[i]!),
    residuals,
    converged: residuals.every(
      (r) => r <= Math.max(tolerance, 1e-12) * Math.max(scale, Number.MIN_VALUE),
    ),
    method: "dense",
    products: order.length,
    proven: undefined,
  };
}

function usage(where: string, expected: string, received: string, hint?: string): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: `spectrum: ${where}`,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}
