import { CoupletError, checkOptions, tryLuFactor } from "couplet/kit";
import { removeMoieties, type IndependentModel } from "./conserved.ts";
import { integrate } from "./integrate.ts";
import { type KineticModel, requireRatesAlone } from "./model.ts";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";

/** A state that the model does not leave. */
export interface SteadyState {
  /** Whole state, in the order of `model.states`. */
  readonly state: Float64Array;
  /** Largest |dx_i/dt| left. */
  readonly residual: number;
  /** Whether all modes decay (conserved moieties removed). */
  readonly stable: boolean;
  readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  /** Time up to which the model was followed before Newton's method took over; 0 if it started at once. */
  readonly followedUntil: number;
  readonly newtonIterations: number;
}

/** Options of {@link steadyState}. */
export interface SteadyStateOptions {
  /** Whole start state; it fixes the conserved totals. Default the model's own. */
  readonly initial?: ArrayLike<number>;
  /**
   * `follow` (default) integrates towards the steady state that the start state leads to, then polishes it by
   * Newton's method; `newton` starts Newton's method at once and may find an unstable state.
   */
  readonly method?: "follow" | "newton";
  /** Longest time to follow; default 1e9 in the model's unit. */
  readonly until?: number;
}

/**
 * A steady state f(x) = 0 on the conserved totals of the start state.
 *
 * The totals are removed first (otherwise the Jacobian is singular and the answer depends on the order of
 * the species); the state reported is the whole one.
 *
 * @throws CoupletError NOT_CONVERGED if none is found: an oscillation, a growth without bound, or a start
 *   too far away for `newton`
 */
export function steadyState(model: KineticModel, options: SteadyStateOptions = {}): SteadyState {
  checkOptions("steadyState", options, { initial: true, method: true, until: true });
  requireRatesAlone("steadyState", model);
  const reduced = removeMoieties(model, options.initial ?? model.initial);
  if ((options.method ?? "follow") === "newton") {
    const found = newton(reduced, reduced.initial);
    if (found !== undefined) return report(reduced, found, 0);
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "steadyState",
      expected: "Newton's method to converge",
      received: "no convergence in 100 iterations",
      hint: 'Use method: "follow", or start nearer.',
    });
  }
  const limit = options.until ?? 1e9;
  const scale = Math.max(...Float64Array.from(options.initial ?? model.initial, Math.abs));
  let y = reduced.initial;
  let reached = 0;
  for (let horizon = Math.min(1, limit); reached < limit; horizon = Math.min(horizon * 10, limit)) {
    y = integrate(reduced, {
      from: reached,
      until: horizon,
      initial: y,
      relativeTolerance: 1e-6,
      absoluteTolerance: 1e-12,
    }).end;
    reached = horizon;
    const found = newton(reduced, y);
    // accepted only next to the trajectory: Newton's method may otherwise leave for another solution
    if (found !== undefined && near(found.y, y, scale)) return report(reduced, found, reached);
  }
  throw new CoupletError({
    code: "NOT_CONVERGED",
    where: "steadyState",
    expected: `the model to settle before time ${limit}`,
    received: "a state that still moves",
    hint: "The model may oscillate or grow without bound; look at its trajectory.",
  });
}

/** Within 5 % of each species, or of a thousandth of the largest start value for those that vanish. */
function near(a: Float64Array, b: Float64Array, scale: number): boolean {
  return a.every((x, i) => Math.abs(x - b[i]!) <= 0.05 * (Math.abs(x) + 1e-3 * scale));
}

interface Root {
  readonly y: Float64Array;
  readonly iterations: number;
}

function newton(reduced: IndependentModel, start: Float64Array): Root | undefined {
  const n = start.length;
  let y = Float64Array.from(start);
  const f = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  const size = (x: Float64Array): number => Math.max(...x.map(Math.abs));
  const nonNegative = (x: Float64Array): boolean =>
    reduced
      .expand(x)
      .every((v, i) => v >= -1e-12 * Math.abs(v) || reduced.full.initial[i]! < 0 || v > -1e-14);
  reduced.rhs(0, y, f);
  for (let iteration = 1; iteration <= 100; iteration++) {
    const residual = size(f);
    reduced.jacobian(0, y, jacobian);
    const lu = tryLuFactor({ size: n, re: jacobian });
    if (lu === undefined) return residual === 0 ? { y, iterations: iteration } : undefined;
    const step = lu.solve(f.map((x) => -x));
    if (!step.every(Number.isFinite)) return undefined;
    // converged when a full step changes nothing that float64 can hold well
    if (step.every((d, i) => Math.abs(d) <= 1e-13 * Math.abs(y[i]!) + 1e-300) || residual === 0)
      return { y, iterations: iteration };
    let factor = 1;
    let next = y;
    for (; factor > 1e-6; factor /= 2) {
      next = y.map((x, i) => x + factor * step[i]!);
      reduced.rhs(0, next, f);
      if (nonNegative(next) && size(f) < residual) break;
    }
    if (factor <= 1e-6) {
      // no descent left: either at rounding level, or stuck
      reduced.rhs(0, y, f);
      return step.every((d, i) => Math.abs(d) <= 1e-9 * Math.abs(y[i]!) + 1e-15)
        ? { y, iterations: iteration }
        : undefined;
    }
    y = next;
  }
  return undefined;
}

function report(reduced: IndependentModel, root: Root, followedUntil: number): SteadyState {
  const state = reduced.expand(root.y);
  const f = new Float64Array(state.length);
  reduced.full.rhs(0, state, f);
  const n = root.y.length;
  const values = new Float64Array(n * n);
  reduced.jacobian(0, root.y, values);
  const { re, im } = eigenGeneral(denseMatrix({ rows: n, cols: n, values }));
  return {
    state,
    residual: Math.max(...f.map(Math.abs)),
    stable: re.every((x) => x < 0),
    eigenvalues: Array.from(re, (x, i) => ({ re: x, im: im[i]! })),
    followedUntil,
    newtonIterations: root.iterations,
  };
}
