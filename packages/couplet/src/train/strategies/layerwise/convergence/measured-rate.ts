/** The rate of sweeps that minimise the function itself, block by block. */
import { norm, subtract } from "../../../../numerics/vector.ts";
import type { InPieces } from "../../../../threads/yield-to-event-loop.ts";
import { rangesOf } from "./block-problem.ts";
import type { BlockProblem, SweepPlan } from "./block-problem.ts";
import type { LocalBlocks } from "./local-blocks.ts";
import { fixedDirection } from "./power-iteration.ts";
import { rateOf } from "./rate.ts";
import type { Rate } from "./rate.ts";

/** Errors between these are far above rounding and far below where the function stops being quadratic. */
const [SMALLEST, FIRST, LARGEST] = [1e-7, 1e-5, 1e-3];

/** How the error of real sweeps falls. */
export interface Measurement {
  readonly minimum: Float64Array;
  readonly local: LocalBlocks;
  /** Takes the part of an error out that no sweep changes, because the function is flat there. */
  readonly withoutFlat: (error: Float64Array) => Float64Array;
  readonly plan: SweepPlan;
  readonly sweeps: number;
}

/**
 * Sweeps over `problem` from beside its minimum, and the rate of |x_k - x*|. An error that has fallen (or grown) a hundredfold is
 * scaled back to where it began, so that a slow and a fast iteration are both followed for `sweeps` sweeps.
 *
 * An exact visit is Newton's method with the Hessian of the minimum, until the block's gradient is 1e-9 of its first value.
 */
export function* measuredRate(
  problem: BlockProblem,
  { minimum, local, withoutFlat, plan, sweeps }: Measurement,
): InPieces<Rate> {
  const size = Math.max(1, norm(minimum));
  const scaled = (error: Float64Array, length: number) => {
    const factor = length / norm(error);
    return minimum.map((value, i) => value + factor * error[i]!);
  };
  const logarithms: number[] = [];
  let x: Float64Array = scaled(withoutFlat(fixedDirection(minimum.length)), FIRST * size);
  let logarithm = 0;
  let before = FIRST * size;
  for (let k = 0; k < sweeps; k++) {
    x = sweepOver(problem, local, plan, x);
    const error = withoutFlat(subtract(x, minimum));
    const length = norm(error);
    if (length <= 1e-13 * size) return { value: 0, uncertainty: 0 };
    logarithm += Math.log(length / before);
    logarithms.push(logarithm);
    before = length;
    if (length < SMALLEST * size || length > LARGEST * size) {
      x = scaled(error, FIRST * size);
      before = FIRST * size;
    }
    yield;
  }
  return rateOf(logarithms);
}

/** One sweep over the function itself. */
export function sweepOver(
  problem: BlockProblem,
  local: LocalBlocks,
  { visits, sweep, factor, visit }: SweepPlan,
  from: Float64Array,
): Float64Array {
  const ranges = rangesOf(problem.blocks);
  const after = from.slice();
  for (const i of visits) {
    const [start, end] = ranges[i]!;
    const seen = (sweep === "jacobi" ? from : after).slice();
    const own = seen.slice(start, end);
    const gradient = () => problem.evaluate(seen).gradient.slice(start, end);
    if (visit.kind === "gradient")
      for (let step = 0; step < visit.steps; step++)
        gradient().forEach((g, k) => (seen[start + k]! -= visit.rate * g));
    else {
      let slope = gradient();
      const enough = 1e-9 * norm(slope);
      for (let step = 0; step < 50 && norm(slope) > enough; step++) {
        local.solve(i, slope).forEach((change, k) => (seen[start + k]! -= change));
        const next = gradient();
        // At rounding the gradient falls no more.
        if (!(norm(next) < norm(slope))) break;
        slope = next;
      }
    }
    for (let k = start; k < end; k++)
      after[k] = own[k - start]! + factor * (seen[k]! - own[k - start]!);
  }
  return after;
}
