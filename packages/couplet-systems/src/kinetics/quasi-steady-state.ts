import { CoupletError, checkOptions } from "couplet/kit";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import { fastManifold, type FastPart } from "./fast-manifold.ts";
import { type KineticModel, type OdeSystem, requireRatesAlone } from "./model.ts";
import { slowMotion } from "./slow-motion.ts";
import { defaultMinimumSeparation, requireSeparation } from "./time-scales.ts";

/** A nonlinear model reduced to its slow variables. */
export interface SlowModel extends OdeSystem {
  readonly full: KineticModel;
  /** Slow variables: species, or sums of species such as `E + ES`. */
  readonly states: readonly string[];
  /** |Re slowest fast mode| / |Re fastest slow mode| at the start state. */
  readonly separation: number;
  /** The whole state on the slow manifold that belongs to slow variables. */
  expand(t: number, slow: Float64Array): Float64Array;
  /** The separation at another state, e.g. along a trajectory. */
  separationAt(t: number, slow: Float64Array): number;
}

/** Options of {@link quasiSteadyState}. */
export interface QuasiSteadyStateOptions {
  /** Fast species, or fast reactions; default the reactions marked `fast`. */
  readonly fast?: FastPart;
  /** Whole start state; default the model's own. */
  readonly initial?: ArrayLike<number>;
  /** Smallest separation of time scales to accept at the start state; default 5; 0 accepts anything. */
  readonly minimumSeparation?: number;
}

/**
 * Quasi-steady-state reduction of a nonlinear model: the fast part is solved (Newton) inside the slow
 * right-hand side, and the slow Jacobian follows by implicit differentiation.
 *
 *   fast species:    0 = f_F(x_S, x_F),      dx_S/dt = f_S(x_S, x_F(x_S))
 *   fast reactions:  0 = N_f v_f(x), s = L x, ds/dt = L N_s v_s(x(s)),    L N_f = 0
 *
 * The first is Tikhonov's reduction, the second rapid equilibrium (total quasi-steady state), whose slow
 * variables are pools. The error is of the order 1 / separation. The fast variables start on the slow
 * manifold: what happens in the first fast times (the initial layer) is left out.
 *
 * @throws CoupletError NOT_SUPPORTED if the time scales are not separated or a fast mode grows;
 *   NOT_CONVERGED if the fast part does not settle; DATA_INVALID for unknown names
 * @see Segel & Slemrod 1989, SIAM Review 31, 446; Heinrich & Schuster 1996, The Regulation of Cellular Systems, chapter 4
 */
export function quasiSteadyState(
  model: KineticModel,
  options: QuasiSteadyStateOptions = {},
): SlowModel {
  checkOptions("quasiSteadyState", options, { fast: true, initial: true, minimumSeparation: 0 });
  requireRatesAlone("quasiSteadyState", model);
  const fast = options.fast ?? {
    reactions: model.processes.filter((p) => p.fast).map((p) => p.name),
  };
  const manifold = fastManifold(model, fast);
  if (manifold.slow.length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "fast",
      expected: "a fast part and a slow part",
      received: "a model that is fast as a whole",
    });
  }
  const p = manifold.slow.length;
  const minimum = options.minimumSeparation ?? defaultMinimumSeparation;
  let guess = Float64Array.from(options.initial ?? model.initial);
  const initial = manifold.slowOf(guess);
  const solve = (t: number, s: Float64Array): Float64Array =>
    (guess = Float64Array.from(manifold.solve(t, s, guess)));
  const motion = slowMotion(model, manifold);
  const measure = (t: number, s: Float64Array): { separation: number; detail: string } => {
    const x = solve(t, s);
    const { size, values } = manifold.fastJacobian(t, x);
    const fastRe = eigenGeneral(denseMatrix({ rows: size, cols: size, values })).re;
    const slowValues = new Float64Array(p * p);
    motion.jacobian(t, x, slowValues);
    const slowRe = eigenGeneral(denseMatrix({ rows: p, cols: p, values: slowValues })).re;
    const slowest = Math.min(...fastRe.map((value) => -value));
    const fastest = Math.max(...slowRe.map(Math.abs));
    const separation =
      slowest <= 0 ? 0 : fastest === 0 ? Number.POSITIVE_INFINITY : slowest / fastest;
    const detail =
      slowest <= 0
        ? `the fast part has a mode that does not decay, rate ${(-slowest).toPrecision(3)}`
        : `slowest fast mode decays at ${slowest.toPrecision(3)}, fastest slow mode moves at ${fastest.toPrecision(3)}`;
    return { separation, detail };
  };
  const start = measure(0, initial);
  requireSeparation("quasiSteadyState", start.separation, minimum, start.detail);

  return {
    full: model,
    states: manifold.slow,
    initial,
    separation: start.separation,
    expand: (t, s) => Float64Array.from(solve(t, s)),
    separationAt: (t, s) => measure(t, s).separation,
    rhs: (t, s, out) => motion.rhs(t, solve(t, s), out),
    jacobian: (t, s, out) => motion.jacobian(t, solve(t, s), out),
  };
}
