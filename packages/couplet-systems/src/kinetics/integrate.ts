import { CoupletError, checkOptions } from "couplet/kit";
import type { OdeSystem } from "./model.ts";
import {
  factorise,
  scaledNorm,
  solveStages,
  stepError,
  type NewtonMatrices,
} from "./radau-step.ts";
import { collocation, extrapolate, firstStep, stepFactor } from "./step-control.ts";

/** Options of {@link integrate}. */
export interface IntegrateOptions {
  /** End time. */
  readonly until: number;
  /** Start time; default 0. */
  readonly from?: number;
  /** Start state; default the system's own. */
  readonly initial?: ArrayLike<number>;
  /** Local error per step relative to each state; default 1e-8. */
  readonly relativeTolerance?: number;
  /** Local error per step, absolute: one number or one per state; default 1e-12. */
  readonly absoluteTolerance?: number | ArrayLike<number>;
  /** Longest step; default no limit. */
  readonly maxStep?: number;
  /** Steps after which the integration gives up; default 100,000. */
  readonly maxSteps?: number;
  /** Called after each accepted step. */
  readonly onStep?: (t: number) => void;
  readonly signal?: AbortSignal;
}

/** The solution of an initial value problem, at any time in its interval. */
export interface Trajectory {
  readonly states: readonly string[];
  /** Times of the accepted steps, first and last included. */
  readonly times: Float64Array;
  /**
   * State at any time from start to end, by the collocation polynomial of the step: order 5 at the steps' ends, 3 between.
   * On a stiff component that a fast-varying input drives, steps may be long for a cubic: set `maxStep` to draw those.
   */
  at(t: number): Float64Array;
  /** One state over many times. */
  series(name: string, times: ArrayLike<number>): Float64Array;
  readonly end: Float64Array;
  readonly steps: number;
  readonly rejected: number;
  readonly jacobians: number;
  readonly factorisations: number;
  readonly evaluations: number;
}

/**
 * Integrates a stiff system by Radau IIA of order 5 with error control and dense output.
 *
 * L-stable and stiffly accurate: it follows the slow motion of a system whose fast part has settled
 * with steps of the slow time scale. The Jacobian is the model's own, exact.
 *
 * @throws CoupletError NOT_CONVERGED when the step size underflows or `maxSteps` is reached (with the time
 *   reached and the state that moved fastest), NON_FINITE_INPUT for a start state that is not finite,
 *   `signal.reason` when aborted
 * @see Hairer & Wanner, Solving Ordinary Differential Equations II, IV.8
 */
export function integrate(system: OdeSystem, options: IntegrateOptions): Trajectory {
  checkOptions("integrate", options, {
    until: true,
    from: true,
    initial: true,
    relativeTolerance: true,
    absoluteTolerance: true,
    maxStep: true,
    maxSteps: true,
    onStep: true,
    signal: true,
  });
  const n = system.states.length;
  const t0 = options.from ?? 0;
  const span = options.until - t0;
  if (!(Math.abs(span) >= 0 && Number.isFinite(span))) {
    throw new CoupletError({
      code: "USAGE",
      where: "integrate.until",
      expected: "a finite time",
      received: `${options.until}`,
    });
  }
  const direction = span >= 0 ? 1 : -1;
  const rtol = Math.max(options.relativeTolerance ?? 1e-8, 100 * Number.EPSILON);
  const given = options.absoluteTolerance ?? 1e-12;
  const atol =
    typeof given === "number" ? new Float64Array(n).fill(given) : Float64Array.from(given);
  // the Newton iteration must be more accurate than the step, but not below rounding (RADAU5: fnewt)
  const newtonTolerance = Math.max((10 * Number.EPSILON) / rtol, Math.min(0.03, Math.sqrt(rtol)));
  const maxStep = options.maxStep ?? Number.POSITIVE_INFINITY;
  const maxSteps = options.maxSteps ?? 100_000;

  let t = t0;
  let y = Float64Array.from(options.initial ?? system.initial);
  y.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      throw new CoupletError({
        code: "NON_FINITE_INPUT",
        where: `integrate.initial.${system.states[i]}`,
        expected: "a finite number",
        received: `${value}`,
      });
    }
  });
  const count = { jacobians: 0, factorisations: 0, evaluations: 0, rejected: 0 };
  const counted: OdeSystem = {
    ...system,
    rhs: (time, state, out) => (count.evaluations++, system.rhs(time, state, out)),
  };
  const f = new Float64Array(n);
  counted.rhs(t, y, f);
  const scale = Float64Array.from(y, (value, i) => atol[i] + rtol * Math.abs(value));
  let h = Math.min(firstStep(counted, t, y, f, direction, scale), Math.abs(span), maxStep);

  const jacobian = new Float64Array(n * n);
  const evaluateJacobian = (): void => {
    count.jacobians++;
    system.jacobian(t, y, jacobian);
  };
  evaluateJacobian();
  let fresh = true;
  let matrices: NewtonMatrices | undefined;
  const times = [t];
  const pieces: {
    readonly from: number;
    readonly h: number;
    readonly y: Float64Array;
    readonly q: readonly Float64Array[];
  }[] = [];
  let last: { readonly h: number; readonly norm: number } | undefined;
  let rejectedHere = false;

  const give = (why: string): never => {
    let worst = 0;
    for (let i = 0; i < n; i++)
      if (Math.abs(f[i]) / scale[i] > Math.abs(f[worst]) / scale[worst] || Number.isNaN(f[i]))
        worst = i;
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "integrate",
      expected: `to reach time ${options.until}`,
      received: `${why} at time ${t} after ${times.length - 1} steps`,
      hint: `The state that moves fastest there is ${system.states[worst]} = ${y[worst]}, rate ${f[worst]}; a blow-up in finite time or a pole in a rate looks like this.`,
    });
  };

  while (direction * (options.until - t) > 0) {
    options.signal?.throwIfAborted();
    if (times.length > maxSteps) give(`${maxSteps} steps`);
    const smallest = 10 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(span) * 1e-6);
    rejectedHere = false;
    for (;;) {
      if (!(h >= smallest)) give("a step size of rounding size");
      h = Math.min(h, maxStep);
      const remaining = Math.abs(options.until - t);
      const tNext = h >= remaining * (1 - 1e-12) ? options.until : t + direction * h;
      const step = tNext - t;
      for (let i = 0; i < n; i++) scale[i] = atol[i] + rtol * Math.abs(y[i]);
      const z = extrapolate(pieces.at(-1), t, step, y);
      if (matrices === undefined || matrices.h !== step) {
        matrices = factorise(jacobian, n, step);
        count.factorisations++;
      }
      let solved =
        matrices === undefined
          ? undefined
          : solveStages(counted, t, y, z, matrices, scale, newtonTolerance);
      if (solved?.converged !== true && !fresh) {
        evaluateJacobian();
        fresh = true;
        matrices = factorise(jacobian, n, step);
        count.factorisations++;
        z.forEach((stage) => stage.fill(0));
        solved =
          matrices === undefined
            ? undefined
            : solveStages(counted, t, y, z, matrices, scale, newtonTolerance);
      }
      if (matrices === undefined || solved?.converged !== true) {
        h = Math.abs(step) * 0.5;
        matrices = undefined;
        count.rejected++;
        rejectedHere = true;
        continue;
      }
      const yNext = y.map((value, i) => value + z[2][i]);
      for (let i = 0; i < n; i++)
        scale[i] = atol[i] + rtol * Math.max(Math.abs(y[i]), Math.abs(yNext[i]));
      let error = stepError(z, f, matrices);
      let norm = scaledNorm(error, scale);
      if (norm > 1 && (last === undefined || rejectedHere)) {
        // one more filtering pass: the first estimate is too large on the very first and on rejected steps (Hairer & Wanner IV.8.20)
        const moved = y.map((value, i) => value + error[i]);
        const fMoved = new Float64Array(n);
        counted.rhs(t, moved, fMoved);
        error = stepError(z, fMoved, matrices);
        norm = scaledNorm(error, scale);
      }
      const safety = (0.9 * 13) / (12 + solved.iterations);
      if (!(norm <= 1)) {
        h =
          Math.abs(step) *
          (Number.isFinite(norm)
            ? Math.max(0.2, safety * stepFactor(Math.abs(step), norm, last))
            : 0.1);
        matrices = undefined;
        count.rejected++;
        rejectedHere = true;
        continue;
      }
      const q = collocation(z);
      pieces.push({ from: t, h: step, y, q });
      let factor = Math.min(10, safety * stepFactor(Math.abs(step), norm, last));
      last = { h: Math.abs(step), norm };
      t = tNext;
      y = yNext;
      counted.rhs(t, y, f);
      times.push(t);
      // a slowly converging Newton iteration means that the Jacobian is out of date
      const stale = solved.iterations > 2 && (solved.rate ?? 0) > 1e-3;
      fresh = false;
      if (stale) {
        evaluateJacobian();
        fresh = true;
        matrices = undefined;
      } else if (factor < 1.2 && factor >= 1) {
        factor = 1; // keep the factorisation
      }
      if (factor !== 1) matrices = undefined;
      h = Math.abs(step) * factor;
      options.onStep?.(t);
      break;
    }
  }

  const evaluate = (time: number): Float64Array => {
    const [low, high] = direction > 0 ? [t0, t] : [t, t0];
    if (!(time >= low && time <= high)) {
      throw new CoupletError({
        code: "USAGE",
        where: "trajectory.at",
        expected: `a time from ${low} to ${high}`,
        received: `${time}`,
      });
    }
    if (pieces.length === 0) return Float64Array.from(y);
    let [a, b] = [0, pieces.length - 1];
    while (a < b) {
      const middle = (a + b + 1) >> 1;
      if (direction * (time - pieces[middle].from) >= 0) a = middle;
      else b = middle - 1;
    }
    const piece = pieces[a];
    const x = (time - piece.from) / piece.h;
    return piece.y.map(
      (value, i) => value + x * (piece.q[0][i] + x * (piece.q[1][i] + x * piece.q[2][i])),
    );
  };
  return {
    states: system.states,
    times: Float64Array.from(times),
    at: evaluate,
    series(name, at): Float64Array {
      const i = system.states.indexOf(name);
      if (i < 0) {
        throw new CoupletError({
          code: "USAGE",
          where: "trajectory.series",
          expected: `one of ${system.states.join(", ")}`,
          received: `"${name}"`,
        });
      }
      return Float64Array.from(at, (time) => evaluate(time)[i]);
    },
    end: y,
    steps: times.length - 1,
    rejected: count.rejected,
    jacobians: count.jacobians,
    factorisations: count.factorisations,
    evaluations: count.evaluations,
  };
}
