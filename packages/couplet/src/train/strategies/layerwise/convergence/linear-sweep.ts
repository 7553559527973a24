/** The error after a sweep over the quadratic model, from the error before it. */
import { rangesOf } from "./block-problem.ts";
import type { ProblemBlock, SweepPlan } from "./block-problem.ts";
import type { LocalBlocks } from "./local-blocks.ts";

/**
 * The error after a sweep, as a linear map of the error before it. With H = Lo + Di + Lo^T by blocks and exact visits
 *
 *   Gauss-Seidel  e <- -(Di + Lo)^-1 Lo^T e
 *   Jacobi        e <- -Di^-1 (Lo + Lo^T) e
 *   SOR(w)        e <- (Di + w Lo)^-1 ((1 - w) Di - w Lo^T) e
 *
 * and with m gradient steps of size eta a visit is e <- (I - E_i (I - (I - eta H_ii)^m) H_ii^-1 E_i^T H) e.
 */
export function linearSweep(
  local: LocalBlocks,
  blocks: readonly ProblemBlock[],
  { visits, sweep, factor, visit }: SweepPlan,
): (error: Float64Array) => Float64Array {
  const ranges = rangesOf(blocks);
  return (error) => {
    const before = error.slice();
    const after = error.slice();
    for (const i of visits) {
      const [start, end] = ranges[i]!;
      const seen = (sweep === "jacobi" ? before : after).slice();
      const own = seen.slice(start, end);
      if (visit.kind === "exact") {
        const change = local.solve(i, local.times(i, seen));
        for (let k = start; k < end; k++) seen[k]! -= change[k - start]!;
      } else
        for (let step = 0; step < visit.steps; step++) {
          const gradient = local.times(i, seen);
          for (let k = start; k < end; k++) seen[k]! -= visit.rate * gradient[k - start]!;
        }
      for (let k = start; k < end; k++)
        after[k] = own[k - start]! + factor * (seen[k]! - own[k - start]!);
    }
    return after;
  };
}
