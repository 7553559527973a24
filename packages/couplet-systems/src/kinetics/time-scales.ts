import { CoupletError } from "couplet/kit";
import { denseMatrix, type DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import { removeMoieties } from "./conserved.ts";
import type { KineticModel } from "./model.ts";

/** Modes of a linearised system and where they split into slow and fast. */
export interface TimeScales {
  /** Eigenvalues, slowest first (by |Re|); zero modes are not among them. */
  readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  /** 1 / |Re| of each, in the model's unit of time. */
  readonly times: Float64Array;
  /** Number of modes that do not decay (|Re| at rounding level): conserved sums that were left in. */
  readonly zeroModes: number;
  /** separation[k - 1] = |Re slowest fast| / |Re fastest slow| if the k slowest modes are called slow. */
  readonly separations: Float64Array;
  /** The best split: number of slow modes (zero modes not counted) and its separation. */
  readonly slow: number;
  readonly separation: number;
  /** Whether all modes behind the best split decay. A growing fast mode allows no reduction. */
  readonly fastModesDecay: boolean;
}

/** Below this separation a reduction is refused unless the caller lowers it: the error is about 1 / separation. */
export const defaultMinimumSeparation = 5;

/**
 * Time scales of dx/dt = J x: modes sorted by speed and the ratio across every possible split.
 * @throws CoupletError SHAPE_MISMATCH if J is not square
 */
export function timeScales(jacobian: DenseMatrix): TimeScales {
  const { re, im } = eigenGeneral(jacobian);
  const n = re.length;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.hypot(re[i]!, im[i]!));
  // QR leaves eigenvalues of size n * eps * |J| in place of zeros
  const floor = 100 * n * Number.EPSILON * largest;
  const modes = Array.from(re, (x, i) => ({ re: x, im: im[i]! })).filter(
    (l) => Math.hypot(l.re, l.im) > floor,
  );
  modes.sort((a, b) => Math.abs(a.re) - Math.abs(b.re) || b.im - a.im);
  const speeds = modes.map((l) => Math.abs(l.re));
  const separations = Float64Array.from(speeds.slice(1), (s, k) => s / speeds[k]!);
  let best = 0;
  separations.forEach((s, k) => {
    if (s > separations[best]!) best = k;
  });
  const slow = modes.length < 2 ? modes.length : best + 1;
  return {
    eigenvalues: modes,
    times: Float64Array.from(speeds, (s) => 1 / s),
    zeroModes: n - modes.length,
    separations,
    slow,
    separation: modes.length < 2 ? 1 : separations[best]!,
    fastModesDecay: modes.slice(slow).every((l) => l.re < 0),
  };
}

/** A model linearised about a state: dx/dt = J (x - x0) + f(x0), moieties removed. */
export interface Linearisation {
  /** Species of the rows and columns of `jacobian`. */
  readonly states: readonly string[];
  readonly jacobian: DenseMatrix;
  readonly at: Float64Array;
  readonly timeScales: TimeScales;
}

/**
 * Linearises a model, its conserved moieties removed, and reports the time scales.
 * @param at whole state; default the model's start state
 */
export function linearise(
  model: KineticModel,
  at: ArrayLike<number> = model.initial,
  time = 0,
): Linearisation {
  const reduced = removeMoieties(model, at);
  const n = reduced.states.length;
  const values = new Float64Array(n * n);
  reduced.jacobian(time, reduced.initial, values);
  const jacobian = denseMatrix({ rows: n, cols: n, values });
  return {
    states: reduced.states,
    jacobian,
    at: Float64Array.from(at),
    timeScales: timeScales(jacobian),
  };
}

/**
 * Throws unless a split into slow and fast is wide enough.
 * @throws CoupletError NOT_SUPPORTED with the separation found
 */
export function requireSeparation(
  where: string,
  separation: number,
  minimum: number,
  detail: string,
): void {
  if (separation >= minimum) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where,
    expected: `fast modes at least ${minimum} times as fast as the slow ones`,
    received: `a ratio of ${separation.toPrecision(3)} (${detail})`,
    hint: "Without a gap no effective slow network exists; integrate the whole model, or lower minimumSeparation and judge the error.",
  });
}
