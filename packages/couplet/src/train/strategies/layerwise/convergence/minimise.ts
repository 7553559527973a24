/** Continues a training in float32 to a minimum in float64. */
import { CoupletError } from "../../../../error.ts";
import { isPositiveDefinite } from "../../../../numerics/cholesky.ts";
import { tryLuFactor } from "../../../../numerics/lu.ts";
import { dot, norm } from "../../../../numerics/vector.ts";
import type { InPieces } from "../../../../threads/yield-to-event-loop.ts";
import type { BlockProblem } from "./block-problem.ts";
import { denseHessian } from "./local-blocks.ts";

/** Newton steps. */
const MOST_STEPS = 100;
/** Gradients this small against the Hessian's size are rounding. */
const AT_REST = 1e-11;

/** A minimum, and the Hessian there. */
export interface Minimum {
  readonly x: Float64Array;
  readonly hessian: readonly Float64Array[];
}

/**
 * Newton's method with a shift that makes the Hessian positive definite, grows while steps do not lower the function and falls while
 * they do (Levenberg & Marquardt), from `start` to where the gradient is rounding.
 *
 * @throws CoupletError NOT_CONVERGED with the gradient that is left
 */
export function* minimise(problem: BlockProblem, start: Float64Array): InPieces<Minimum> {
  let x = start;
  let now = problem.evaluate(x);
  let shift = 1e-2;
  for (let step = 0; step < MOST_STEPS; step++) {
    const hessian = denseHessian(problem, x);
    yield;
    const scale = Math.max(...hessian.map((column, j) => Math.abs(column[j]!)));
    if (norm(now.gradient) <= AT_REST * scale * Math.max(1, norm(x)))
      return { x: refined(problem, x, hessian), hessian };
    let moved = false;
    for (let trial = 0; trial < 30 && !moved; trial++) {
      const direction = newton(hessian, now.gradient, shift * scale, true);
      const falls = direction !== undefined && dot(direction, now.gradient) < 0;
      const next = falls ? x.map((value, i) => value + direction[i]!) : undefined;
      const then = next === undefined ? undefined : problem.evaluate(next);
      yield;
      if (next !== undefined && then !== undefined && isBetter(then, now)) {
        [x, now, moved] = [next, then, true];
        shift = shift < 1e-9 ? 0 : shift / 8;
      } else shift = Math.max(4 * shift, 1e-9);
    }
    // Rounding of the gradient itself, where the Hessian is nearly flat.
    if (!moved && norm(now.gradient) <= 1e3 * AT_REST * scale * Math.max(1, norm(x)))
      return { x: refined(problem, x, hessian), hessian };
    if (!moved) break;
  }
  throw new CoupletError({
    code: "NOT_CONVERGED",
    where: "convergence",
    expected: "a minimum near the parameters",
    received: `a gradient of ${norm(now.gradient).toExponential(2)} after ${MOST_STEPS} Newton steps at most`,
    hint: "Train longer, or add a ridge: a loss without a minimum has no rate.",
  });
}

/**
 * Newton's steps with one Hessian while they halve the gradient: errors of sweeps are measured from here, and where the function is nearly
 * flat a gradient at rounding is still a distance.
 */
function refined(
  problem: BlockProblem,
  start: Float64Array,
  hessian: readonly Float64Array[],
): Float64Array {
  let x = start;
  let { gradient } = problem.evaluate(x);
  for (let step = 0; step < 10; step++) {
    const direction = newton(hessian, gradient, 0, false);
    if (direction === undefined) return x;
    const next = x.map((value, i) => value + direction[i]!);
    const then = problem.evaluate(next).gradient;
    if (!(norm(then) < norm(gradient) / 2)) return x;
    [x, gradient] = [next, then];
  }
  return x;
}

interface Evaluated {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** Lower, or, where losses differ by rounding, flatter. */
function isBetter(then: Evaluated, now: Evaluated): boolean {
  const rounding = 1e-13 * Math.max(1, Math.abs(now.loss));
  if (then.loss < now.loss - rounding) return true;
  return then.loss < now.loss + rounding && norm(then.gradient) < norm(now.gradient);
}

function newton(
  columns: readonly Float64Array[],
  gradient: Float64Array,
  shift: number,
  definite: boolean,
): Float64Array | undefined {
  const size = gradient.length;
  const re = new Float64Array(size * size);
  columns.forEach((column, j) => {
    re.set(column, j * size);
    re[j * size + j]! += shift;
  });
  // Where it curves down, Newton's step is one to a saddle.
  if (definite && !isPositiveDefinite(re, size)) return undefined;
  return tryLuFactor({ size, re })?.solve(gradient.map((g) => -g));
}
