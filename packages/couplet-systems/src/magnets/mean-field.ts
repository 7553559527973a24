import { CoupletError, tryLuFactor } from "couplet/kit";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
import { fieldCurie } from "./molecular-field.ts";
import type { MolecularField } from "./molecular-field.ts";
import { respond, saturation } from "./spin.ts";

/** The mean-field transition of a {@link MolecularField}. */
export interface MeanFieldTransition {
  /** Tc = largest eigenvalue of C^1/2 M C^1/2, symmetrised by the weights; 0 if nothing orders. */
  readonly temperature: number;
  /** m_a just below Tc up to a factor: unit length, largest entry positive. */
  readonly orderVector: Float64Array;
  /**
   * All eigenvalues of C^1/2 M C^1/2, largest first: `modes[0]` is Tc, and the others are temperatures at which other
   * patterns of the groups would order if the first did not come before.
   */
  readonly modes: Float64Array;
  /** Tc of each group without the others: C_a M_aa (at least 0). */
  readonly alone: Float64Array;
}

/**
 * Where the paramagnet becomes unstable: det(1 - C M / T) = 0, largest root.
 *
 *   Tc = lambda_max( (C w)^1/2 M (C / w)^1/2 ),   m ~ (C / w)^1/2 v
 */
export function meanFieldTransition(field: MolecularField): MeanFieldTransition {
  const n = field.spins.length;
  const curie = fieldCurie(field);
  const values = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const left = Math.sqrt(curie[a]! * field.weights[a]!),
        right = Math.sqrt(curie[b]! / field.weights[b]!);
      values[a * n + b] = left * field.matrix[a * n + b]! * right;
    }
  }
  const { values: eigenvalues, vectors } = eigenSymmetric(
    denseMatrix({ rows: n, cols: n, values }),
  );
  const top = vectors[n - 1]!;
  const order = top.map((v, a) => v * Math.sqrt(curie[a]! / field.weights[a]!));
  const length = Math.hypot(...order);
  const largest = order.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
  return {
    temperature: Math.max(0, eigenvalues[n - 1]!),
    modes: Float64Array.from(eigenvalues).reverse(),
    orderVector: order.map((v) => (v * Math.sign(largest)) / length),
    alone: Float64Array.from(curie, (c, a) => Math.max(0, c * field.matrix[a * n + a]!)),
  };
}

/** The mean-field state at one temperature. */
export interface MeanFieldPoint {
  readonly temperature: number;
  /** m_a, one for each group. */
  readonly magnetisation: Float64Array;
  /** dm_a / dT. */
  readonly slope: Float64Array;
  /** d2m_a / dT2. */
  readonly curvature: Float64Array;
  /** Energy of one cell, -1/2 sum_ab w_a m_a M_ab m_b. */
  readonly energy: number;
  /** Heat capacity of one cell, dE/dT. */
  readonly heat: number;
  /** Response of the total magnetisation sum_a w_a m_a to a uniform field, d/dh. */
  readonly susceptibility: number;
  /** max_a |m_a - F_a(sum_b M_ab m_b / T)|. */
  readonly residual: number;
  readonly iterations: number;
}

/** Rounding in F and in the sums leaves a few 1e-16; 1e-13 is met by a converged Newton step and by nothing else. */
const tolerance = 1e-13;

/**
 * m_a(T) in zero field on the branch that continues the ordered ground state: Newton's method on
 * m = F(M m / T), started from the saturated state, with the (monotone) plain iteration where Newton
 * would leave the branch.
 *
 * @throws CoupletError NOT_CONVERGED with the residual if no fixed point is reached
 */
export function meanFieldState(
  field: MolecularField,
  temperature: number,
  start?: Float64Array,
): MeanFieldPoint {
  if (!(temperature > 0) || !Number.isFinite(temperature)) {
    throw new CoupletError({
      code: "USAGE",
      where: "meanFieldState: temperature",
      expected: "a positive number",
      received: String(temperature),
    });
  }
  const transition = meanFieldTransition(field);
  const n = field.spins.length;
  const m = new Float64Array(n);
  let iterations = 0;
  if (temperature < transition.temperature) {
    const full = (): void => {
      for (let a = 0; a < n; a++) {
        m[a] =
          start?.[a] ?? saturation(field.spins[a]!) * (Math.sign(transition.orderVector[a]!) || 1);
      }
    };
    full();
    iterations = iterate(field, temperature, m);
  }
  return describe(field, temperature, m, iterations);
}

/** One application of F; returns the largest change. */
function sweep(
  field: MolecularField,
  temperature: number,
  m: Float64Array,
  out: Float64Array,
  first: Float64Array,
): number {
  const n = m.length;
  let change = 0;
  for (let a = 0; a < n; a++) {
    let h = 0;
    for (let b = 0; b < n; b++) h += field.matrix[a * n + b]! * m[b]!;
    const { value, first: slope } = respond(field.spins[a]!, h / temperature);
    out[a] = value;
    first[a] = slope;
    change = Math.max(change, Math.abs(value - m[a]!));
  }
  return change;
}

/** 1 - diag(F') M / T. */
function jacobian(field: MolecularField, temperature: number, first: Float64Array): Float64Array {
  const n = first.length;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      a[i * n + j] = (i === j ? 1 : 0) - (first[i]! * field.matrix[i * n + j]!) / temperature;
  }
  return a;
}

function iterate(field: MolecularField, temperature: number, m: Float64Array): number {
  const n = m.length;
  const next = new Float64Array(n),
    first = new Float64Array(n);
  let change = sweep(field, temperature, m, next, first);
  for (let i = 1; i <= 2000; i++) {
    const step = next.map((value, a) => value - m[a]!);
    const newton = tryLuFactor({ size: n, re: jacobian(field, temperature, first) })?.solve(step);
    // From saturation m shrinks step by step towards the largest solution. A Newton step that keeps
    // every sign and does not grow the residual stays on that branch; else the plain step, which does.
    const trial = newton === undefined ? undefined : m.map((value, a) => value + newton[a]!);
    // A group that does not order by itself decays to 0 and loses its sign there; 1e-12 is such a zero.
    const kept = trial?.every(
      (value, a) =>
        (value * next[a]! > 0 || Math.abs(next[a]!) < 1e-12) &&
        Math.abs(value) <= saturation(field.spins[a]!) * (1 + 1e-12),
    );
    let after = Infinity;
    if (kept && trial) {
      const [trialNext, trialFirst] = [new Float64Array(n), new Float64Array(n)];
      after = sweep(field, temperature, trial, trialNext, trialFirst);
      if (after <= change) {
        m.set(trial);
        next.set(trialNext);
        first.set(trialFirst);
      } else after = Infinity;
    }
    if (after === Infinity) {
      m.set(next);
      after = sweep(field, temperature, m, next, first);
    }
    change = after;
    if (change < tolerance) return i;
  }
  throw new CoupletError({
    code: "NOT_CONVERGED",
    where: `meanFieldState at T = ${temperature}`,
    expected: `m = F(M m / T) to ${tolerance}`,
    received: `a residual of ${change.toExponential(2)} after 2000 steps`,
    hint: "With frustrated couplings a fixed point need not be reached from the ordered state.",
  });
}

function describe(
  field: MolecularField,
  temperature: number,
  m: Float64Array,
  iterations: number,
): MeanFieldPoint {
  const n = m.length;
  const h = new Float64Array(n);
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) h[a]! += field.matrix[a * n + b]! * m[b]!;
  const answers = h.map((value) => value / temperature);
  const responses = [...answers].map((x, a) => respond(field.spins[a]!, x));
  const first = Float64Array.from(responses, (r) => r.first);
  const factors = tryLuFactor({ size: n, re: jacobian(field, temperature, first) });
  // At T = Tc itself the matrix is singular: the slope is infinite, which NaN marks.
  const solve = (right: Float64Array): Float64Array => factors?.solve(right) ?? right.fill(NaN);
  const apply = (v: Float64Array): Float64Array => {
    const out = new Float64Array(n);
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) out[a]! += field.matrix[a * n + b]! * v[b]!;
    return out;
  };
  // x = M m / T;  m' = F' x',  x' = (M m' - x) / T;  m'' = F'' x'^2 + F' x'',  x'' = (M m'' - 2 x') / T.
  const slope = solve(
    Float64Array.from(first, (f, a) => (-f * h[a]!) / (temperature * temperature)),
  );
  const xSlope = apply(slope).map((value, a) => (value - h[a]! / temperature) / temperature);
  const curvature = solve(
    Float64Array.from(
      first,
      (f, a) => responses[a]!.second * xSlope[a]! ** 2 - (2 * f * xSlope[a]!) / temperature,
    ),
  );
  const uniform = solve(Float64Array.from(first, (f) => f / temperature));
  let energy = 0,
    heat = 0,
    susceptibility = 0,
    residual = 0;
  for (let a = 0; a < n; a++) {
    const w = field.weights[a]!;
    energy -= (w * m[a]! * h[a]!) / 2;
    heat -= w * slope[a]! * h[a]!;
    susceptibility += w * uniform[a]!;
    residual = Math.max(residual, Math.abs(m[a]! - responses[a]!.value));
  }
  return {
    temperature,
    magnetisation: m,
    slope,
    curvature,
    energy,
    heat,
    susceptibility,
    residual,
    iterations,
  };
}

/** m_a(T) and what follows from it at each of the given temperatures. */
export function meanFieldCurve(
  field: MolecularField,
  temperatures: readonly number[],
): MeanFieldPoint[] {
  return temperatures.map((temperature) => meanFieldState(field, temperature));
}
