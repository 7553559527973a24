import { CoupletError, checkOptions } from "couplet/kit";
import { meanFieldState, meanFieldTransition } from "./mean-field.ts";
import { fieldCurie, isIrreducible } from "./molecular-field.ts";
import type { MolecularField } from "./molecular-field.ts";

/** In which senses the groups of a stack share one transition (mean field). */
export interface SharedTransition {
  /** Tc of the whole. */
  readonly temperature: number;
  /** Tc of each group alone. */
  readonly alone: Float64Array;
  /**
   * (i) One singularity: every group's m_a vanishes at the same T. True as soon as every group acts on
   * every other, however weakly.
   */
  readonly singularity: boolean;
  /**
   * (ii) One visible feature: no group's -|dm_a|/dT has a maximum below Tc, the ghost of its own
   * transition. `ghosts[a]` is the temperature of that maximum, or undefined.
   */
  readonly feature: boolean;
  readonly ghosts: readonly (number | undefined)[];
  /** (iii) One curve: all m_a(T) / m_a(0) coincide. True if and only if {@link balanceCondition} holds (equal spins). */
  readonly curve: boolean;
  readonly balance: Balance;
  /** Eigenvalues of the fields, largest first: `modes[0]` is Tc. */
  readonly modes: Float64Array;
  /**
   * (iv) Two films as one: every group acts on every other, and every mode but the first is 0, which for two groups means
   * M_11 M_22 = M_12 M_21 (c^2 = a b). A group without any field, which never orders, does not take part in such a mode.
   * The fields have rank one: one effective field drives all groups, so that (for equal Ising spins) atanh m_a / atanh m_b is
   * the same at every T, and Tc is the sum of the Curie temperatures alone.
   */
  readonly oneMode: boolean;
}

/** Modes below this fraction of the first are 0: ten thousand times the rounding of a small eigenproblem. */
const ZERO_MODE = 1e-12;

/** The condition for one common curve m_a(T): equal row sums of C M (after the gauge of signs). */
export interface Balance {
  readonly balanced: boolean;
  /** sum_b C_a |M_ab|, one for each group; when equal, Tc is their value. */
  readonly rowSums: Float64Array;
  /** max - min of the row sums over their mean. */
  readonly spread: number;
  /** Amounts to add to each M_aa so that every row sum equals the largest. */
  readonly correction: Float64Array;
}

/**
 * Tests whether all groups follow one magnetisation curve: all row sums of C M equal, and one kind
 * of spin. Then m_a(T) = m(T) for every a solves the equations, and Tc is the row sum.
 * Signs: in an order with alternating groups the sums are over |M_ab|, right when it is not frustrated.
 *
 * @param tolerance of `spread`, default 1e-9
 */
export function balanceCondition(field: MolecularField, tolerance = 1e-9): Balance {
  const n = field.spins.length;
  const curie = fieldCurie(field);
  const { orderVector } = meanFieldTransition(field);
  const rowSums = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const sign = (Math.sign(orderVector[a]!) || 1) * (Math.sign(orderVector[b]!) || 1);
      rowSums[a]! += curie[a]! * field.matrix[a * n + b]! * sign;
    }
  }
  const top = Math.max(...rowSums),
    bottom = Math.min(...rowSums);
  const mean = rowSums.reduce((sum, row) => sum + row, 0) / n;
  const kinds = new Set(field.spins.map((spin) => JSON.stringify(spin)));
  const spread = (top - bottom) / Math.abs(mean);
  return {
    balanced: spread <= tolerance && kinds.size === 1,
    rowSums,
    spread,
    correction: rowSums.map((row, a) => (top - row) / curie[a]!),
  };
}

/**
 * The four meanings of "one Curie temperature" for a mean-field problem.
 *
 * @throws CoupletError USAGE if nothing orders, so that Tc is 0
 * @example
 * import { molecularField, sharedTransition } from "couplet-systems/magnets";
 * const films = molecularField({ matrix: [[4, 0.1], [0.1, 2]] });
 * const { temperature, singularity, feature } = sharedTransition(films); // one singularity, but two features
 */
export function sharedTransition(field: MolecularField): SharedTransition {
  const { temperature, alone, modes } = meanFieldTransition(field);
  if (temperature === 0) {
    throw new CoupletError({
      code: "USAGE",
      where: "sharedTransition",
      expected: "a stack that orders",
      received: "Tc = 0",
      hint: "An antiferromagnetic plane orders at another wave vector: pass stackField(stack, wave).",
    });
  }
  const ghosts = field.spins.map((_, group) => ghostTemperature(field, group));
  const balanced = balanceCondition(field);
  const singularity = isIrreducible(field);
  return {
    temperature,
    alone,
    singularity,
    feature: ghosts.every((ghost) => ghost === undefined),
    ghosts,
    curve: balanced.balanced,
    balance: balanced,
    modes,
    oneMode:
      singularity && modes.every((mode, k) => k === 0 || Math.abs(mode) <= ZERO_MODE * temperature),
  };
}

/**
 * The temperature below Tc at which -d|m_a|/dT has its interior maximum, or undefined if it grows all the
 * way to Tc. A maximum exists where the second derivative of |m_a| changes sign from - to +.
 */
export function ghostTemperature(field: MolecularField, group: number): number | undefined {
  const { temperature: critical } = meanFieldTransition(field);
  // 0.05 and 0.9985 of Tc: below, m is saturated to 1e-8; above, the square root of the true transition rules.
  const curvature = curvatureOf(field, group);
  const points = 240;
  let left = 0.05 * critical;
  let before = curvature(left);
  for (let i = 1; i <= points; i++) {
    const right = critical * (0.05 + (0.9485 * i) / points);
    const here = curvature(right);
    if (before < 0 && here > 0) return crossing(curvature, left, right);
    [left, before] = [right, here];
  }
  return undefined;
}

function curvatureOf(field: MolecularField, group: number): (t: number) => number {
  return (t) => {
    const { magnetisation, curvature } = meanFieldState(field, t);
    return (Math.sign(magnetisation[group]!) || 1) * curvature[group]!;
  };
}

function crossing(f: (t: number) => number, left: number, right: number): number {
  const sign = Math.sign(f(left));
  for (let i = 0; i < 60; i++) {
    const middle = (left + right) / 2;
    if (middle === left || middle === right) break;
    if (Math.sign(f(middle)) === sign) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/** Largest value of d2|m|/dT2 below Tc: a ghost exists where it is positive (with a negative stretch before). */
function largestCurvature(field: MolecularField, group: number): number {
  const { temperature: critical } = meanFieldTransition(field);
  const curvature = curvatureOf(field, group);
  const at = (x: number): number => curvature(x * critical);
  let best = 0.1,
    value = -Infinity;
  for (let x = 0.1; x <= 0.9985; x += 0.01) {
    const here = at(x);
    if (here > value) [best, value] = [x, here];
  }
  // Golden section round the best grid point.
  let [a, d] = [Math.max(0.05, best - 0.01), Math.min(0.9985, best + 0.01)];
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (d - a > 1e-7) {
    const [b, c] = [d - ratio * (d - a), a + ratio * (d - a)];
    if (at(b) > at(c)) d = c;
    else a = b;
  }
  return Math.max(value, at((a + d) / 2));
}

/**
 * The coupling c* beyond which a group shows no feature of its own: where the maximum of -d|m_a|/dT below Tc
 * merges with a minimum and both vanish. Found by bisection in c on the sign of the largest second
 * derivative of |m_a|, itself found by search over T.
 *
 * @param options.field the mean-field problem at a coupling
 * @param options.group whose feature
 * @param options.bracket couplings with and without the feature
 * @throws CoupletError USAGE if the feature is absent at the lower end or present at the upper
 */
export function featureBoundary(options: {
  readonly field: (coupling: number) => MolecularField;
  readonly group: number;
  readonly bracket: readonly [number, number];
  readonly tolerance?: number;
}): number {
  checkOptions("featureBoundary", options, {
    field: "function",
    group: 0,
    bracket: true,
    tolerance: 0,
  });
  const { field, group, tolerance = 1e-7 } = options;
  let [low, high] = options.bracket;
  const present = (c: number): boolean => largestCurvature(field(c), group) > 0;
  if (!present(low) || present(high)) {
    throw new CoupletError({
      code: "USAGE",
      where: "featureBoundary: bracket",
      expected: "a coupling with the feature and a larger one without it",
      received: `[${low}, ${high}] with the feature ${present(low) ? "at both" : present(high) ? "at the upper only" : "at neither"}`,
    });
  }
  while (high - low > tolerance * high) {
    const middle = (low + high) / 2;
    if (present(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Two films with molecular fields a (film 1 in itself), b (film 2 in itself) and c (each in the other):
 *
 *   Tc = 1/2 (a + b + sqrt((a - b)^2 + 4 c^2))     (Ising; times the Curie constant otherwise)
 */
export function twoFilmTemperature(a: number, b: number, c: number): number {
  return (a + b + Math.sqrt((a - b) ** 2 + 4 * c * c)) / 2;
}
