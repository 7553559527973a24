import { checkIntegration } from "./check-integration.ts";
import type { IntegrateOptions } from "./integrate-options.ts";
import { defaultTolerance } from "./default-tolerance.ts";
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
import { balancedTrajectory } from "./integrate-balanced.ts";
import { onPiece, type Piece, type Trajectory, unknownState } from "./trajectory.ts";
import { turningPoints } from "./turning-points.ts";

/** Stops at switches within a rounding of the time after which the system counts as chattering. */
const mostStops = 1000;

/**
 * Integrates a stiff system by Radau IIA of order 5 with error control and dense output.
 *
 * L-stable and stiffly accurate: it follows the slow motion of a system whose fast part has settled
 * with steps of the slow time scale. The Jacobian is the model's own, exact. Where the right-hand side jumps, and where an event
 * fires, a step ends and the next one begins anew; at such a time the trajectory holds the state after the event.
 *
 * @throws CoupletError NOT_CONVERGED when the step size underflows, `maxSteps` is reached, or switches turn back and forth
 *   without end (with the time reached and the state that moved fastest), NON_FINITE_INPUT for a start state that is not finite,
 *   DATA_INVALID for an event that cannot be carried out, USAGE for events backwards in time, `signal.reason` when aborted
 * @see Hairer & Wanner, Solving Ordinary Differential Equations II, IV.8
 * @example
 * import { integrate, reactionNetwork } from "couplet-systems/kinetics";
 * const decay = { equation: "A -> B", rate: "0.5 * A" };
 * const model = reactionNetwork({ species: { A: 1, B: 0 }, reactions: { decay } });
 * const left = integrate(model, { until: 10 }).series("A", [0, 5, 10]); // exp(-t / 2)
 */
// oxlint-disable-next-line eslint/max-lines-per-function -- the step loop of RADAU5: a dozen scalars (time, step, error, age of the Jacobian) pass from branch to branch
export function integrate(system: OdeSystem, options: IntegrateOptions): Trajectory {
  checkOptions("integrate", options, {
    until: 0,
    from: 0,
    initial: true,
    relativeTolerance: 0,
    absoluteTolerance: true,
    maxStep: 0,
    maxSteps: 0,
    onStep: "function",
    signal: "AbortSignal",
  });
  checkIntegration(options, system.states.length);
  if (system.balance !== undefined) {
    const start = Float64Array.from(options.initial ?? system.initial);
    const balanced = system.balance(options.from ?? 0, start);
    const { absoluteTolerance, ...others } = options;
    const run = integrate(balanced.slow, {
      ...others,
      // tolerances by state mean states that are not integrated here
      ...(typeof absoluteTolerance === "object"
        ? { absoluteTolerance: Math.min(...Array.from(absoluteTolerance)) }
        : absoluteTolerance === undefined
          ? {}
          : { absoluteTolerance }),
      initial: balanced.slow.initial,
    });
    return balancedTrajectory(system, balanced, run);
  }
  const n = system.states.length;
  const t0 = options.from ?? 0;
  const span = options.until - t0;
  const direction = span >= 0 ? 1 : -1;
  const rtol = Math.max(options.relativeTolerance ?? 1e-8, 100 * Number.EPSILON);
  const given = options.absoluteTolerance;
  const atol = typeof given === "object" ? Float64Array.from(given) : new Float64Array(n);
  // the Newton iteration must be more accurate than the step, but not below rounding (RADAU5: fnewt)
  const newtonTolerance = Math.max((10 * Number.EPSILON) / rtol, Math.min(0.03, Math.sqrt(rtol)));
  const maxStep = options.maxStep ?? Number.POSITIVE_INFINITY;
  const maxSteps = options.maxSteps ?? 100_000;

  let t = t0;
  let y: Float64Array = Float64Array.from(options.initial ?? system.initial);
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
  const turning = system.switching === undefined ? undefined : turningPoints(system.switching);
  const smooth = turning?.system ?? system;
  const counted: OdeSystem = {
    ...smooth,
    rhs: (time, state, out) => (count.evaluations++, smooth.rhs(time, state, out)),
  };
  const queue = system.events?.open();
  if (queue !== undefined && direction < 0) {
    throw new CoupletError({
      code: "USAGE",
      where: "integrate.until",
      expected: "a time after the start: events have no way back",
      received: `${options.until}`,
    });
  }
  y = queue?.at(t, y) ?? y;
  turning?.hold(t, y);
  const f = new Float64Array(n);
  if (n === 0) {
    // nothing to integrate: quantities that rules give may still move in time
    return {
      states: [],
      times: Float64Array.of(t0, options.until),
      at: () => new Float64Array(0),
      series: (name) => unknownState(name, []),
      end: y,
      steps: 0,
      ...count,
    };
  }
  if (typeof given !== "object") {
    counted.rhs(t, y, f);
    atol.fill(given ?? defaultTolerance(y, f, span));
  }
  const scale = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  const evaluateJacobian = (): void => {
    count.jacobians++;
    smooth.jacobian(t, y, jacobian);
  };
  let h = 0;
  let fresh = true;
  let matrices: NewtonMatrices | undefined;
  let previous: Piece | undefined;
  let last: { readonly h: number; readonly norm: number } | undefined;
  const begin = (): void => {
    counted.rhs(t, y, f);
    for (let i = 0; i < n; i++) scale[i] = atol[i]! + rtol * Math.abs(y[i]!);
    h = Math.min(firstStep(counted, t, y, f, direction, scale), Math.abs(span), maxStep);
    evaluateJacobian();
    fresh = true;
    matrices = undefined;
    previous = undefined;
    last = undefined;
  };
  begin();
  const times = [t];
  const pieces: Piece[] = [];
  let rejectedHere = false;
  /** The time at which a switch turns, which the next step has to end at. */
  let turn: number | undefined;
  let stops = { from: t, count: 0 };

  const give = (why: string): never => {
    let worst = 0;
    for (let i = 0; i < n; i++)
      if (Math.abs(f[i]!) / scale[i]! > Math.abs(f[worst]!) / scale[worst]! || Number.isNaN(f[i]))
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
    const limit = queue === undefined ? options.until : Math.min(options.until, queue.next);
    if (times.length > maxSteps) give(`${maxSteps} steps`);
    const smallest = 10 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(span) * 1e-6);
    rejectedHere = false;
    for (;;) {
      const remaining = Math.abs(limit - t);
      if (!(h >= Math.min(smallest, remaining)) && turn === undefined)
        give("a step size of rounding size");
      h = Math.min(h, maxStep);
      const tNext = turn ?? (h >= remaining * (1 - 1e-12) ? limit : t + direction * h);
      const step = tNext - t;
      for (let i = 0; i < n; i++) scale[i] = atol[i]! + rtol * Math.abs(y[i]!);
      const z = extrapolate(previous, t, step, y);
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
        turn = undefined;
        matrices = undefined;
        count.rejected++;
        rejectedHere = true;
        continue;
      }
      const yNext = y.map((value, i) => value + z[2]![i]!);
      for (let i = 0; i < n; i++)
        scale[i] = atol[i]! + rtol * Math.max(Math.abs(y[i]!), Math.abs(yNext[i]!));
      let error = stepError(z, f, matrices);
      let norm = scaledNorm(error, scale);
      if (norm > 1 && (last === undefined || rejectedHere)) {
        // one more filtering pass: the first estimate is too large on the very first and on rejected steps (Hairer & Wanner IV.8.20)
        const moved = y.map((value, i) => value + error[i]!);
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
        turn = undefined;
        matrices = undefined;
        count.rejected++;
        rejectedHere = true;
        continue;
      }
      const piece: Piece = { from: t, h: step, y, q: collocation(z) };
      const ended = turn !== undefined;
      if (turning !== undefined && turn === undefined) {
        turn = turning.first(t, tNext, (time) => onPiece(piece, time));
        if (Number.isNaN(turn)) {
          // the conditions wander too much for a step of this length
          h = Math.abs(step) / 16;
          turn = undefined;
          matrices = undefined;
          count.rejected++;
          rejectedHere = true;
          continue;
        }
        if (turn !== undefined && turn !== tNext) {
          // once more, up to there
          h = Math.abs(turn - t);
          matrices = undefined;
          continue;
        }
      }
      pieces.push(piece);
      previous = piece;
      let factor = Math.min(10, safety * stepFactor(Math.abs(step), norm, last));
      // a step with hardly any error says nothing of the next one (RADAU5: ERRACC)
      last = { h: Math.abs(step), norm: Math.max(norm, 1e-2) };
      t = tNext;
      y = yNext;
      counted.rhs(t, y, f);
      times.push(t);
      if (ended || turn !== undefined || (queue !== undefined && t >= queue.next)) {
        if (ended || turn !== undefined) turning?.arrived(t, y);
        turn = undefined;
        if (Math.abs(t - stops.from) > 1e-12 * Math.abs(span)) stops = { from: t, count: 0 };
        if (++stops.count > mostStops) give(`${mostStops} switches at once`);
        const jumped = queue?.at(t, y);
        if (jumped !== undefined) {
          y = jumped;
          if (t === options.until) pieces.push({ from: t, h: 0, y, q: [y, y, y] });
        }
        turning?.hold(t, y);
        begin();
        options.onStep?.(t, y);
        break;
      }
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
      options.onStep?.(t, y);
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
      if (direction * (time - pieces[middle]!.from) >= 0) a = middle;
      else b = middle - 1;
    }
    return onPiece(pieces[a]!, time);
  };
  return {
    states: system.states,
    times: Float64Array.from(times),
    at: evaluate,
    series(name, at): Float64Array {
      const i = system.states.indexOf(name);
      if (i < 0) return unknownState(name, system.states);
      return Float64Array.from(at, (time) => evaluate(time)[i]!);
    },
    end: y,
    steps: times.length - 1,
    rejected: count.rejected,
    jacobians: count.jacobians,
    factorisations: count.factorisations,
    evaluations: count.evaluations,
  };
}
