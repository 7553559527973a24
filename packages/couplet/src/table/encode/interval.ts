import {
  logNormalCdf,
  logNormalDensity,
  logNormalMass,
  normalCdf,
  normalQuantile,
  normalQuantileOfLog,
} from "../../statistics/normal.ts";

/** An interval of the latent axis that stands for one discrete value. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** log of the standard normal's mass on it. */
  readonly logMass: number;
  /** Normal masses below the two ends, or above them when `mirrored`: the small ones keep their digits. */
  readonly from: number;
  readonly to: number;
  readonly mirrored: boolean;
}

/** The interval from `lower` to `upper` (either may be infinite). */
export function interval(lower: number, upper: number): Interval {
  const mirrored = lower > 0;
  return {
    lower,
    upper,
    logMass: upper > lower ? logNormalMass(lower, upper) : -Infinity,
    from: mirrored ? normalCdf(-upper) : normalCdf(lower),
    to: mirrored ? normalCdf(-lower) : normalCdf(upper),
    mirrored,
  };
}

/** The intervals that cut the axis in the given shares (which sum to 1), in order. */
export function intervalsOfShares(shares: readonly number[]): Interval[] {
  const edges = [-Infinity];
  let below = 0;
  let above = shares.reduce((sum, share) => sum + share, 0);
  const total = above;
  for (const share of shares.slice(0, -1)) {
    below += share;
    above -= share;
    edges.push(below <= above ? normalQuantile(below / total) : -normalQuantile(above / total));
  }
  edges.push(Infinity);
  return shares.map((_, i) => interval(edges[i]!, edges[i + 1]!));
}

// Below this a normal mass loses digits as a denormal: use logarithms.
const TINY = 1e-290;

/**
 * A point of the interval with the density of a standard normal restricted to it, from a uniform number u in (0, 1).
 * Its density is `q(z) = phi(z) / mass`, so that under an exactly normal latent the weight `p(z)/q(z)` is the mass
 * for every draw, without noise.
 */
export function drawInInterval(range: Interval, u: number): number {
  const { lower, upper, from, to, mirrored } = range;
  let z: number;
  if (to > TINY) z = normalQuantile(from + u * (to - from));
  else {
    const [a, b] = mirrored ? [-upper, -lower] : [lower, upper];
    const logTo = logNormalCdf(b);
    z = normalQuantileOfLog(logTo + Math.log(u + (1 - u) * Math.exp(logNormalCdf(a) - logTo)));
  }
  if (mirrored) z = -z;
  // Rounding must not carry a draw over the edge: decoding takes lower <= z < upper.
  if (z < lower) return lower;
  return z >= upper ? justBelow(upper) : z;
}

/** `-log q(z)` of {@link drawInInterval}. */
export function minusLogDrawDensity(range: Interval, z: number): number {
  return range.logMass - logNormalDensity(z);
}

function justBelow(value: number): number {
  return value - Math.max(Number.MIN_VALUE, Math.abs(value) * 2 ** -52);
}
