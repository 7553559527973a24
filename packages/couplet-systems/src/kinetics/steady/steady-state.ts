import { checkOptions, CoupletError } from "couplet/kit";
import { requireLength } from "../check-integration.ts";
import { removeMoieties, type IndependentModel } from "../conserved.ts";
import { integrate } from "../integrate.ts";
import { type KineticModel, requireRatesAlone } from "../model.ts";
import { findCycle, type Course, type Cycle } from "./cycle.ts";
import { modesAt, type Modes } from "./modes.ts";
import { newtonRoot } from "./newton.ts";
import { isAtRest, settled, sizesOf } from "./rest.ts";

/** A state that the model does not leave. */
export interface SteadyState {
  /** Whole state, in the order of `model.states`. */
  readonly state: Float64Array;
  /** Largest |dx_i/dt| left. */
  readonly residual: number;
  /** Whether all modes decay, but for the neutral ones of a continuum (conserved moieties removed). */
  readonly stable: boolean;
  /**
   * Dimensions of the continuum of steady states that this one lies on: modes that neither grow nor decay. 0 for a state of its
   * own; otherwise the start state decides which one it is.
   */
  readonly continuum: number;
  readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  /** Time up to which the model was followed; 0 if Newton's method started at once. */
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
  /** Most steps to follow for; default 16,000. */
  readonly maxSteps?: number;
}

/** Decays by exp(-this): what has had so long is over. */
const over = 30;

/**
 * A steady state f(x) = 0 on the conserved totals of the start state.
 *
 * The totals are removed first (otherwise the Jacobian is singular and the answer depends on the order of
 * the species); the state reported is the whole one. The model is followed until Newton's method finds a stable root beside the
 * trajectory, or until the state is at rest: all modes that decay have decayed, and the rates left are rounding or move no species
 * by more than a millionth in the time that is left. The second finds states on a continuum, where Newton's method would slide along.
 * An unstable root counts only if the model has stayed there although it had the time to leave.
 *
 * @throws CoupletError NOT_CONVERGED if the model reaches no steady state; the message describes its motion: an oscillation (period and
 *   range), growth, a motion that goes on, or rates that depend on the time; NOT_SUPPORTED for a model with events, or with
 *   fast reactions in balance
 */
export function steadyState(model: KineticModel, options: SteadyStateOptions = {}): SteadyState {
  checkOptions("steadyState", options, {
    initial: true,
    method: ["follow", "newton"],
    until: 0,
    maxSteps: 0,
  });
  requireRatesAlone("steadyState", model);
  const initial = options.initial ?? model.initial;
  requireLength("steadyState.initial", initial, model.states.length);
  const reduced = removeMoieties(model, initial);
  const limit = options.until ?? 1e9;
  if ((options.method ?? "follow") === "newton") {
    const found = newtonRoot(reduced, reduced.initial, 0);
    const modes = found === undefined ? undefined : modesAt(reduced, found.y, 0);
    if (found === undefined || modes === undefined)
      throw failure(
        "no convergence of Newton's method in 100 iterations",
        'Use method: "follow", or start nearer.',
      );
    requireNoTime(reduced, found.y, 0, limit);
    return report(reduced, found.y, modes, 0, found.iterations);
  }
  const found = follow(reduced, Float64Array.from(initial), limit, options.maxSteps ?? 16_000);
  requireNoTime(reduced, found.y, found.at, limit);
  return report(reduced, found.y, found.modes, found.at, found.iterations);
}

interface Found {
  readonly y: Float64Array;
  readonly modes: Modes;
  readonly at: number;
  readonly iterations: number;
}

function follow(
  reduced: IndependentModel,
  initial: Float64Array,
  limit: number,
  maxSteps: number,
): Found {
  const start = initial.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const course: Course = { times: [0], states: [reduced.initial] };
  let largest = start;
  let y = reduced.initial;
  let reached = 0;
  /** Steps after which the course is searched for a cycle. */
  let search = Math.min(1000, maxSteps);
  const onStep = (t: number, state: Float64Array): void => {
    course.times.push(t);
    course.states.push(state);
    if (course.times.length < search) return;
    const cycle = findCycle(course);
    if (cycle !== undefined && !diesOut(reduced, cycle, t)) {
      const number = (x: number): string => x.toPrecision(4);
      throw failure(
        `an oscillation: ${reduced.states[cycle.state]} between ${number(cycle.low)} and ${number(cycle.high)}, period ${number(cycle.period)}`,
        'A model that oscillates has no steady state to settle in; method: "newton" looks for an unstable one.',
      );
    }
    if (search >= maxSteps)
      throw failure(
        `a motion that neither settles nor repeats, at time ${t} after ${maxSteps} steps`,
        "Raise maxSteps to follow it further; look at its trajectory.",
      );
    search = Math.min(2 * search, maxSteps);
  };
  for (let horizon = Math.min(1, limit); reached < limit; horizon = Math.min(horizon * 10, limit)) {
    y = integrate(reduced, {
      from: reached,
      until: horizon,
      initial: y,
      relativeTolerance: 1e-6,
      // below the start by as much whatever its unit
      absoluteTolerance: 1e-12 * (largest > 0 ? largest : 1),
      onStep,
    }).end;
    reached = horizon;
    largest = reduced.expand(y).reduce((most, x) => Math.max(most, Math.abs(x)), start);
    const found =
      besideRoot(reduced, y, reached, largest) ?? atRest(reduced, y, reached, limit, largest);
    if (found !== undefined) return found;
  }
  throw moving(reduced, y, limit, largest);
}

/** Whether a swing that shrinks, however slowly, goes round a stable state. */
function diesOut(reduced: IndependentModel, cycle: Cycle, t: number): boolean {
  if (cycle.shrinks < 1e-4) return false;
  const root = newtonRoot(reduced, cycle.mean, t);
  const modes = root === undefined ? undefined : modesAt(reduced, root.y, t);
  return modes !== undefined && modes.fastestGrowth < 0;
}

/** A root of its own beside a point of the trajectory: a stable one, or one that the model had the time to leave. */
function besideRoot(
  reduced: IndependentModel,
  y: Float64Array,
  t: number,
  largest: number,
): Found | undefined {
  const root = newtonRoot(reduced, y, t);
  // Newton's method may otherwise leave for another solution
  if (
    root?.y.every((x, i) => Math.abs(x - y[i]!) <= 0.05 * (Math.abs(x) + 1e-3 * largest)) !== true
  )
    return undefined;
  const modes = modesAt(reduced, root.y, t);
  if (modes === undefined || modes.neutral > 0) return undefined;
  if (modes.fastestGrowth >= 0 && modes.fastestGrowth * t < over) return undefined;
  return { y: root.y, modes, at: t, iterations: root.iterations };
}

/** The point itself, if it is at rest for the time that is left. */
function atRest(
  reduced: IndependentModel,
  y: Float64Array,
  t: number,
  limit: number,
  largest: number,
): Found | undefined {
  const rest = settled(reduced, y, t, t, largest);
  if (rest === undefined || !isAtRest(reduced, rest, t, limit, largest)) return undefined;
  const modes = modesAt(reduced, rest, t);
  if (modes === undefined) return undefined;
  // slow modes need longer, unless there is no longer
  if (modes.slowest * t < over && t < limit) return undefined;
  if (modes.fastestGrowth >= 0 && modes.fastestGrowth * t < over) return undefined;
  return { y: rest, modes, at: t, iterations: 0 };
}

/** Refuses a state that is steady at one time only. */
function requireNoTime(reduced: IndependentModel, y: Float64Array, t: number, limit: number): void {
  const largest = reduced.expand(y).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const [now, then] = [new Float64Array(y.length), new Float64Array(y.length)];
  reduced.rhs(t, y, now);
  // irregular times, so that no period hides between them
  const later = [t + Math.SQRT2, 2 * t + 10 * Math.E, 10 * t + 100 * Math.PI].find((time) => {
    reduced.rhs(time, y, then);
    return then.some((x, i) => x !== now[i]) && !isAtRest(reduced, y, time, limit, largest, 1e-7);
  });
  if (later === undefined) return;
  throw failure(
    `rates that depend on the time: they vanish at ${t}, not at ${later.toPrecision(4)}`,
    "A model that is driven in time has no steady state; look at its trajectory.",
  );
}

function moving(
  reduced: IndependentModel,
  y: Float64Array,
  limit: number,
  largest: number,
): CoupletError {
  const state = reduced.expand(y);
  const f = new Float64Array(state.length);
  reduced.full.rhs(limit, state, f);
  let worst = 0;
  const sizes = sizesOf(state, largest);
  const speed = (i: number): number => Math.abs(f[i]!) / sizes[i]!;
  for (let i = 1; i < f.length; i++) if (speed(i) > speed(worst)) worst = i;
  return failure(
    `a state that still moves at time ${limit}: ${reduced.full.states[worst]} = ${state[worst]!.toPrecision(4)}, rate ${f[worst]!.toPrecision(3)}`,
    "The model may oscillate or grow without bound; look at its trajectory.",
  );
}

function failure(received: string, hint: string): CoupletError {
  return new CoupletError({
    code: "NOT_CONVERGED",
    where: "steadyState",
    expected: "the model to settle",
    received,
    hint,
  });
}

function report(
  reduced: IndependentModel,
  y: Float64Array,
  modes: Modes,
  followedUntil: number,
  newtonIterations: number,
): SteadyState {
  const state = reduced.expand(y);
  const f = new Float64Array(state.length);
  reduced.full.rhs(followedUntil, state, f);
  return {
    state,
    residual: f.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    stable: modes.fastestGrowth < 0,
    continuum: modes.neutral,
    eigenvalues: modes.eigenvalues,
    followedUntil,
    newtonIterations,
  };
}
