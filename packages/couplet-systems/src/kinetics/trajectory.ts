import { CoupletError } from "couplet/kit";

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

/** The solution on one step: y + q_0 x + q_1 x^2 + q_2 x^3, x = (t - from) / h. */
export interface Piece {
  readonly from: number;
  readonly h: number;
  readonly y: Float64Array;
  readonly q: readonly Float64Array[];
}

/** The solution on a step at a time of it. */
export function onPiece({ from, h, y, q }: Piece, time: number): Float64Array {
  const x = h === 0 ? 0 : (time - from) / h;
  return y.map((value, i) => value + x * (q[0]![i]! + x * (q[1]![i]! + x * q[2]![i]!)));
}

/** @throws CoupletError USAGE for an unknown state */
export function unknownState(name: string, states: readonly string[]): never {
  throw new CoupletError({
    code: "USAGE",
    where: "trajectory.series",
    expected: `one of ${states.join(", ") || "(no states)"}`,
    received: `"${name}"`,
  });
}
