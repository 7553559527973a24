/** Phases over time, by the pair of Runge and Kutta's methods of Dormand and Prince. */
import { CoupletError, checkOptions } from "couplet/kit";
import type { CoupledOscillators } from "./coupled-oscillators.ts";
import { phaseOrder, type PhaseOrder } from "./order.ts";

/** Options of {@link simulateOscillators}. */
export interface SimulateOptions {
  /** Factor on all couplings; default 1. */
  readonly scale?: number;
  /** End time, in the unit of time of the frequencies. */
  readonly until: number;
  /** Points of time at which the order is measured, evenly from 0 to `until`; default 101. */
  readonly points?: number;
  /** Phases at the start; default spread evenly around the circle, in the same order every time. */
  readonly start?: Float64Array;
  /** Largest error of a phase in a step, in radians; default 1e-6. */
  readonly tolerance?: number;
}

/** The result of {@link simulateOscillators}. */
export interface OscillatorRun {
  readonly times: Float64Array;
  readonly order: readonly PhaseOrder[];
  /** Mean order over the second half of the time. */
  readonly late: PhaseOrder;
  /** Mean frequency of each oscillator over the second half. */
  readonly frequencies: Float64Array;
  /** Phases at the end, not reduced to one turn. */
  readonly phases: Float64Array;
  readonly steps: number;
}

/** Steps that a point of time may take: beyond them the system is too stiff for this method. */
const stepLimit = 200_000;

/** Phases all around the circle: neighbours are far apart. */
export const spreadPhases = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => 2 * Math.PI * ((i * Math.SQRT2) % 1));

/**
 * Integrates dtheta_i/dt = omega_i + s sum_j A_ij sin(theta_j - theta_i) by the Runge-Kutta pair of order 5(4) of Dormand and Prince.
 *
 * @throws CoupletError USAGE for `until` or `tolerance` not above 0, fewer than 3 `points`, a negative `scale`, or a start of another
 *   length; NOT_CONVERGED if one interval between points takes more than 200,000 steps
 * @see Dormand & Prince 1980, J. Comput. Appl. Math. 6, 19
 * @example
 * import { coupledOscillators, simulateOscillators } from "couplet-systems/oscillators";
 * const coupling = { kind: "complete", strength: 1 } as const;
 * const crowd = coupledOscillators({ layers: [{ name: "crowd", frequencies: [0.9, 1, 1.1], coupling }] });
 * const { late } = simulateOscillators(crowd, { until: 100 }); // late.whole: near 1, in step
 */
export function simulateOscillators(
  system: CoupledOscillators,
  options: SimulateOptions,
): OscillatorRun {
  checkOptions("simulateOscillators", options, {
    scale: 0,
    until: 0,
    points: 0,
    start: true,
    tolerance: 0,
  });
  const { scale = 1, until, points = 101, start, tolerance = 1e-6 } = options;
  check("until", until > 0 && Number.isFinite(until), "a time above 0", until);
  check("points", Number.isInteger(points) && points >= 3, "3 or more", points);
  check("scale", scale >= 0 && Number.isFinite(scale), "a factor of 0 or more", scale);
  check("tolerance", tolerance > 0, "a number above 0", tolerance);
  check(
    "start",
    (start?.length ?? system.size) === system.size,
    `${system.size} phases`,
    start?.length,
  );
  const theta = Float64Array.from(start ?? spreadPhases(system.size));
  const stepper = dormandPrince(system, scale, tolerance);
  const times = Float64Array.from({ length: points }, (_, i) => (until * i) / (points - 1));
  const order = [phaseOrder(system, theta)];
  const half = Math.floor((points - 1) / 2);
  let middle = theta.slice();
  let steps = 0;
  for (let i = 1; i < points; i++) {
    steps += stepper(theta, times[i]! - times[i - 1]!);
    order.push(phaseOrder(system, theta));
    if (i === half) middle = theta.slice();
  }
  const span = times[points - 1]! - times[half]!;
  const late = order.slice(half);
  const mean = (of: (one: PhaseOrder) => number): number =>
    late.reduce((sum, one) => sum + of(one), 0) / late.length;
  return {
    times,
    order,
    late: {
      whole: mean(({ whole }) => whole),
      layers: system.layers.map((_, a) => mean(({ layers }) => layers[a]!)),
      across: mean(({ across }) => across),
    },
    frequencies: theta.map((value, i) => (value - middle[i]!) / span),
    phases: theta,
    steps,
  };
}

function check(what: string, good: boolean, expected: string, received: unknown): void {
  if (good) return;
  throw new CoupletError({
    code: "USAGE",
    where: `simulateOscillators: ${what}`,
    expected,
    received: String(received),
  });
}

/** Rows of the method's tableau; the last row is the solution of order 5, whose slope begins the next step. */
const tableau = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
/** Order 5 less order 4. */
const difference = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** A function that advances phases by a time and returns the number of steps. */
function dormandPrince(
  system: CoupledOscillators,
  scale: number,
  tolerance: number,
): (theta: Float64Array, time: number) => number {
  const n = system.size;
  const k = Array.from({ length: 7 }, () => new Float64Array(n));
  const trial = new Float64Array(n);
  let step = 0;
  const weigh = (theta: Float64Array, row: readonly number[], h: number): void => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let s = 0; s < row.length; s++) sum += row[s]! * k[s]![i]!;
      trial[i] = theta[i]! + h * sum;
    }
  };
  return (theta, time) => {
    let left = time;
    let steps = 0;
    system.slope(scale, theta, k[0]!);
    if (step === 0) step = 0.1 / Math.max(1e-12, largest(k[0]!));
    while (left > 0) {
      if (++steps > stepLimit) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: "simulateOscillators",
          expected: `at most ${stepLimit} steps between two points of time`,
          received: `a step of ${step.toPrecision(2)}`,
          hint: "Frequencies far above the others need many steps: leave them out, or raise the tolerance.",
        });
      }
      const h = Math.min(step, left);
      for (const [s, row] of tableau.entries()) {
        weigh(theta, row, h);
        system.slope(scale, trial, k[s + 1]!);
      }
      let error = 0;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let s = 0; s < 7; s++) sum += difference[s]! * k[s]![i]!;
        error = Math.max(error, Math.abs(h * sum));
      }
      if (error <= tolerance) {
        theta.set(trial);
        k[0]!.set(k[6]!);
        left = left - h <= 1e-14 * time ? 0 : left - h;
      }
      const factor = 0.9 * (tolerance / Math.max(error, 1e-300)) ** 0.2;
      // A last short step of a stretch says nothing about the length of the next.
      if (h === step || error > tolerance) step = h * Math.min(5, Math.max(0.2, factor));
    }
    return steps;
  };
}

/** The largest size of an entry. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
