/** Anderson acceleration over a sliding window, from plain data: a checkpoint can hold it and go on to the same bits. */
import { accelerate } from "../../../numerics/fixed-point/accelerate.ts";
import { iqnIls } from "../../../numerics/fixed-point/acceleration.ts";
import type { Acceleration, Proposal } from "../../../numerics/fixed-point/acceleration.ts";
import { dot, norm, subtract } from "../../../numerics/vector.ts";

/** A point and its image under the sweep. */
export interface SweepPair {
  readonly x: Float64Array;
  readonly mapped: Float64Array;
}

/** Residuals this much above the smallest of the window say that its secants are of another place. */
const LOST = 10;

/**
 * The acceleration; `pairs` is its whole state, at most `depth` + 1 of them.
 *
 * The quasi-Newton method of the coupled systems (`iqnIls`) is fed with the window anew for each step, so that its filter of nearly
 * parallel secants depends on the window alone.
 *
 * A training wants a minimum, and x = H(x) holds at saddles too. So the window is emptied, and the sweep taken as it is, when
 *
 * - its one secant shows curvature below zero, <r_k - r_(k-1), x_k - x_(k-1)> >= 0: its step would climb to the saddle;
 * - the loss has risen since the sweep before: an accelerated step is taken back, to the image that it went beyond;
 * - the residual is ten times the window's smallest: the loss is no quadratic there.
 *
 * @param rising whether the loss has risen
 */
export function slidingAnderson(
  depth: number,
  pairs: SweepPair[],
  rising: boolean,
): Acceleration & { readonly pairs: readonly SweepPair[] } {
  return {
    kind: "iqnIls",
    pairs,
    observe(x, mapped) {
      pairs.push({ x: x.slice(), mapped: mapped.slice() });
      if (pairs.length > depth + 1) pairs.shift();
    },
    propose(): Proposal {
      const last = pairs.at(-1)!;
      const before = pairs.at(-2);
      if (rising && before !== undefined && before.mapped.some((v, i) => v !== last.x[i])) {
        pairs.splice(0);
        return { next: before.mapped.slice(), step: "plain", columns: 0, dropped: 0 };
      }
      if (rising || isLost(pairs) || (pairs.length === 2 && curvesDown(last, before)))
        pairs.splice(0, pairs.length - 1);
      const fields = [{ name: "parameters", size: last.x.length }];
      const spec = iqnIls({ initialFactor: 1, maxColumns: depth, preconditioner: "none" });
      const inner = accelerate(spec, fields);
      for (const pair of pairs) inner.observe(pair.x, pair.mapped, residualOf(pair));
      return inner.propose();
    },
    reset: () => void pairs.splice(0),
    endWindow: () => undefined,
  };
}

function residualOf({ x, mapped }: SweepPair): Float64Array {
  return subtract(mapped, x);
}

function isLost(pairs: readonly SweepPair[]): boolean {
  const sizes = pairs.map((pair) => norm(residualOf(pair)));
  return sizes.at(-1)! > LOST * Math.min(...sizes);
}

function curvesDown(last: SweepPair, before: SweepPair | undefined): boolean {
  if (before === undefined) return false;
  const change = subtract(residualOf(last), residualOf(before));
  return dot(change, subtract(last.x, before.x)) >= 0;
}
