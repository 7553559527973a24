/** The knots of a spline out of its parameters, in float64. */
import { derivativeShift } from "./op.ts";
import type { SplineTails } from "./op.ts";

/** The shape of a spline, and how its parameters are read. */
export interface RationalQuadraticOptions {
  readonly tails: SplineTails;
  /** K. */
  readonly bins: number;
  /** B: the spline's box is [-B, B]. */
  readonly bound: number;
  /** Smallest width and height of a bin, as a fraction of 2B; K minBin < 1. */
  readonly minBin: number;
  /** Smallest derivative at a knot. */
  readonly minDerivative: number;
  /** Width and height logits are multiplied by this. */
  readonly logitScale: number;
}

/** The K + 1 knots of a spline of one variable. */
export interface KnotsOfSpline {
  /** Ascending, from -B to B. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** dy/dx at the knots, within the box. */
  readonly slopes: Float64Array;
  /** Softmax of the width and height logits. */
  readonly widths: Float64Array;
  readonly heights: Float64Array;
}

/** The knots that parameters mean: widths and heights add up to the box, slopes are positive. */
export function splineKnots(p: Float64Array, options: RationalQuadraticOptions): KnotsOfSpline {
  const { bins, logitScale, minDerivative } = options;
  const widths = softmax(p.subarray(0, bins), logitScale);
  const heights = softmax(p.subarray(bins, 2 * bins), logitScale);
  const shift = derivativeShift(minDerivative);
  const slopes = Float64Array.from({ length: bins + 1 }, (_, k) => {
    const at = logitOf(k, options);
    return at === undefined ? 1 : minDerivative + softplus(p[at]! + shift);
  });
  return { x: knots(widths, options), y: knots(heights, options), slopes, widths, heights };
}

/** Where knot k's derivative logit is among the parameters; undefined where the slope is 1. */
export function logitOf(k: number, { tails, bins }: RationalQuadraticOptions): number | undefined {
  if (tails === "identity") return k === 0 || k === bins ? undefined : 2 * bins + k - 1;
  return 2 * bins + (tails === "circular" && k === bins ? 0 : k);
}

/** Knots from logits: the first and last are pinned, what lies between is cumulative. */
function knots(
  shares: Float64Array,
  { bins, bound, minBin }: RationalQuadraticOptions,
): Float64Array {
  const at = new Float64Array(bins + 1);
  let sum = 0;
  for (let k = 0; k < bins; k++) {
    at[k] = -bound + 2 * bound * sum;
    sum += minBin + (1 - bins * minBin) * shares[k]!;
  }
  at[bins] = bound;
  return at;
}

function softmax(logits: Float64Array, scale: number): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = logits.map((l) => Math.exp(scale * (l - max)));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}
