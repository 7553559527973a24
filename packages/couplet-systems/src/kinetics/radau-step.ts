import { tryLuFactor } from "couplet/kit";
import type { LuFactors } from "couplet/kit";
import type { OdeSystem } from "./model.ts";

/**
 * One step of Radau IIA with 3 stages (order 5): the collocation equations, solved by a simplified
 * Newton iteration that splits into one real and one complex n x n system.
 *
 * @see Hairer & Wanner, Solving Ordinary Differential Equations II, 2nd ed., IV.8 (coefficients: p. 121)
 */

const s6 = Math.sqrt(6);
/** Stage times as fractions of the step. */
export const nodes: readonly [number, number, number] = [(4 - s6) / 10, (4 + s6) / 10, 1];
/** Weights of the stages in the embedded error estimate. */
const errorWeights = [(-13 - 7 * s6) / 3, (-13 + 7 * s6) / 3, -1 / 3];
// eigenvalues of the inverse of the Butcher matrix: gamma, alpha +- i beta
const cbrt3 = Math.cbrt(3);
const gamma = 3 + cbrt3 ** 2 - cbrt3;
const alpha = 3 + 0.5 * (cbrt3 - cbrt3 ** 2);
const beta = -0.5 * (3 ** (5 / 6) + 3 ** (7 / 6));
// eigenvector matrix of the same, and its inverse
const T = [
  [0.09443876248897524, -0.14125529502095421, 0.03002919410514742],
  [0.25021312296533332, 0.20412935229379994, -0.38294211275726192],
  [1, 1, 0],
];
const TI = [
  [4.17871859155190428, 0.32768282076106237, 0.52337644549944951],
  [-4.17871859155190428, -0.32768282076106237, 0.47662355450055044],
  [0.50287263494578682, -2.57192694985560522, 0.59603920482822492],
];
/** Coefficients of the collocation polynomial: y(t + x h) = y + sum_k x^(k+1) sum_i P[i][k] Z_i. */
export const interpolation: readonly (readonly number[])[] = [
  [13 / 3 + (7 * s6) / 3, -23 / 3 - (22 * s6) / 3, 10 / 3 + 5 * s6],
  [13 / 3 - (7 * s6) / 3, -23 / 3 + (22 * s6) / 3, 10 / 3 - 5 * s6],
  [1 / 3, -8 / 3, 10 / 3],
];

/** Newton iterations before a step is given up (RADAU5's default is 7; SciPy and this use 6). */
export const newtonLimit = 6;

/** Root mean square of x / scale: the norm in which the tolerances are meant. */
export function scaledNorm(x: Float64Array, scale: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! / scale[i]!) ** 2;
  return Math.sqrt(sum / x.length);
}

/** The factorised Newton matrices for one Jacobian and one step size. */
export interface NewtonMatrices {
  readonly h: number;
  readonly real: LuFactors;
  readonly complex: LuFactors;
}

/** Factorises (gamma / h) I - J and ((alpha + i beta) / h) I - J; undefined if one is singular. */
export function factorise(
  jacobian: Float64Array,
  n: number,
  h: number,
): NewtonMatrices | undefined {
  const shifted = (shift: number): Float64Array => {
    const a = jacobian.map((x) => -x);
    for (let i = 0; i < n; i++) a[i * n + i]! += shift;
    return a;
  };
  const im = new Float64Array(n * n);
  for (let i = 0; i < n; i++) im[i * n + i] = beta / h;
  const real = tryLuFactor({ size: n, re: shifted(gamma / h) });
  const complex = tryLuFactor({ size: n, re: shifted(alpha / h), im });
  return real === undefined || complex === undefined ? undefined : { h, real, complex };
}

/** The three stage increments Z and how the iteration went. */
export interface StageSolution {
  readonly converged: boolean;
  readonly iterations: number;
  /** Contraction per iteration (undefined after a single one). */
  readonly rate: number | undefined;
}

/**
 * Solves the stage equations; `z` holds a starting guess and receives the increments.
 */
export function solveStages(
  system: OdeSystem,
  t: number,
  y: Float64Array,
  z: readonly Float64Array[],
  matrices: NewtonMatrices,
  scale: Float64Array,
  tolerance: number,
): StageSolution {
  const n = y.length;
  const { h, real, complex } = matrices;
  const transform = (
    m: readonly (readonly number[])[],
    from: readonly Float64Array[],
    to: readonly Float64Array[],
  ): void => {
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < n; k++)
        to[i]![k] = m[i]![0]! * from[0]![k]! + m[i]![1]! * from[1]![k]! + m[i]![2]! * from[2]![k]!;
  };
  const three = (): Float64Array[] => [
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
  ];
  const [w, f] = [three(), three()];
  // the last two stages in one array: a planar complex vector
  const pair = new Float64Array(2 * n);
  const d: Float64Array[] = [new Float64Array(n), pair.subarray(0, n), pair.subarray(n)];
  const stage = new Float64Array(n);
  transform(TI, z, w);
  let previous = 0;
  let rate: number | undefined;
  for (let iteration = 1; iteration <= newtonLimit; iteration++) {
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < n; k++) stage[k] = y[k]! + z[i]![k]!;
      system.rhs(t + nodes[i]! * h, stage, f[i]!);
    }
    transform(TI, f, d);
    for (let k = 0; k < n; k++) {
      d[0]![k]! -= (gamma / h) * w[0]![k]!;
      const [a, b] = [w[1]![k], w[2]![k]];
      d[1]![k]! -= (alpha * a! - beta * b!) / h;
      d[2]![k]! -= (alpha * b! + beta * a!) / h;
    }
    d[0]!.set(real.solve(d[0]!));
    pair.set(complex.solve(pair));
    let sum = 0;
    for (let i = 0; i < 3; i++) for (let k = 0; k < n; k++) sum += (d[i]![k]! / scale[k]!) ** 2;
    const norm = Math.sqrt(sum / (3 * n));
    if (!Number.isFinite(norm)) return { converged: false, iterations: iteration, rate };
    // so far below what is asked for, updates are rounding errors, which need not shrink any more
    const negligible = norm <= 1e-3 * tolerance;
    if (iteration > 1 && !negligible) {
      rate = norm / previous;
      const predicted = (rate ** (newtonLimit - iteration) / (1 - rate)) * norm;
      if (rate >= 1 || predicted > tolerance)
        return { converged: false, iterations: iteration, rate };
    }
    for (let i = 0; i < 3; i++) for (let k = 0; k < n; k++) w[i]![k]! += d[i]![k]!;
    transform(T, w, z);
    if (negligible || (rate !== undefined && (rate / (1 - rate)) * norm < tolerance))
      return { converged: true, iterations: iteration, rate };
    previous = norm;
  }
  return { converged: false, iterations: newtonLimit, rate };
}

/**
 * The embedded error estimate of a solved step, filtered by the real Newton matrix so that it stays
 * bounded on stiff components.
 * @param f0 the right-hand side at the start of the step (or at y + error, for the second estimate)
 */
export function stepError(
  z: readonly Float64Array[],
  f0: Float64Array,
  matrices: NewtonMatrices,
): Float64Array {
  const error = new Float64Array(f0.length);
  for (let k = 0; k < error.length; k++) {
    error[k] =
      f0[k]! +
      (errorWeights[0]! * z[0]![k]! + errorWeights[1]! * z[1]![k]! + errorWeights[2]! * z[2]![k]!) /
        matrices.h;
  }
  return matrices.real.solve(error);
}
