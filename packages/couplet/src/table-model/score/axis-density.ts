/** The density of one latent coordinate, known at some points only. */
import { drawInInterval, interval } from "../../table/encode/interval.ts";
import { logNormalDensity, logNormalMass } from "../../statistics/normal.ts";

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * An unnormalised density p on the whole axis, interpolated from values of log p at nodes:
 *
 *   log p(z) = -z^2/2 + g(z),   g piecewise linear between the nodes, and straight on beyond them.
 *
 * So every piece is a truncated normal of unit variance, with closed masses and moments; a standard normal is exact.
 */
export interface AxisDensity {
  /** log of the integral over the axis. */
  readonly logTotal: number;
  /** log of the integral from `lower` to `upper`. */
  logMass(lower: number, upper: number): number;
  /** log p(z). */
  logAt(z: number): number;
  /** Pieces between neighbouring nodes (and the two outer ones) with their mass and the mean of log p under p. */
  readonly pieces: readonly {
    readonly lower: number;
    readonly upper: number;
    readonly logMass: number;
  }[];
  /** The mean of log p over an interval within one piece, under p. */
  meanLog(piece: number, lower: number, upper: number): number;
  /** `count` points that share the mass evenly. */
  spread(count: number): number[];
}

/**
 * @param nodes  ascending, all different, at least 2
 * @param logs   log p at the nodes, finite
 */
export function axisDensity(nodes: readonly number[], logs: readonly number[]): AxisDensity {
  const g = logs.map((value, i) => value + 0.5 * nodes[i]! ** 2);
  const last = nodes.length - 1;
  const slopes = nodes.slice(1).map((z, i) => (g[i + 1]! - g[i]!) / (z - nodes[i]!));
  // Piece k lies between node k - 1 and node k; the outer two go on with the slope beside them.
  const slopeOf = (k: number): number => slopes[Math.min(last - 1, Math.max(0, k - 1))]!;
  const levelOf = (k: number): number => {
    const at = Math.min(last, Math.max(0, k - 1));
    return g[at]! - slopeOf(k) * nodes[at]!;
  };
  // exp(-z^2/2 + level + slope z) = exp(level + slope^2/2) exp(-(z - slope)^2/2).
  const logPart = (k: number, lower: number, upper: number): number =>
    upper > lower
      ? levelOf(k) +
        0.5 * slopeOf(k) ** 2 +
        LOG_SQRT_2PI +
        logNormalMass(lower - slopeOf(k), upper - slopeOf(k))
      : -Infinity;
  const pieces = Array.from({ length: last + 2 }, (_, k) => {
    const lower = k === 0 ? -Infinity : nodes[k - 1]!;
    const upper = k === last + 1 ? Infinity : nodes[k]!;
    return { lower, upper, logMass: logPart(k, lower, upper) };
  });
  const logTotal = logSum(pieces.map((piece) => piece.logMass));
  const pieceOf = (z: number): number => {
    let low = 0;
    let high = nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (nodes[middle]! <= z) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    logTotal,
    pieces,
    logAt: (z) => levelOf(pieceOf(z)) + slopeOf(pieceOf(z)) * z - 0.5 * z * z,
    logMass(lower, upper) {
      const parts: number[] = [];
      for (let k = pieceOf(lower); k < pieces.length && pieces[k]!.lower < upper; k++)
        parts.push(
          logPart(k, Math.max(lower, pieces[k]!.lower), Math.min(upper, pieces[k]!.upper)),
        );
      return logSum(parts);
    },
    meanLog(piece, lower, upper) {
      const slope = slopeOf(piece);
      const [a, b] = [lower - slope, upper - slope];
      const logMass = logNormalMass(a, b);
      const edge = (t: number): number =>
        Number.isFinite(t) ? t * Math.exp(logNormalDensity(t) - logMass) : 0;
      // The second moment of a standard normal between a and b.
      const square = 1 + edge(a) - edge(b);
      return levelOf(piece) + 0.5 * slope ** 2 - 0.5 * square;
    },
    spread(count) {
      const shares = pieces.map(({ logMass }) => Math.exp(logMass - logTotal));
      const points: number[] = [];
      let k = 0;
      let below = 0;
      for (let i = 0; i < count; i++) {
        const target = (i + 0.5) / count;
        while (k < pieces.length - 1 && below + shares[k]! < target) below += shares[k++]!;
        const { lower, upper } = pieces[k]!;
        const u = Math.min(1 - 1e-12, Math.max(1e-12, (target - below) / shares[k]!));
        const slope = slopeOf(k);
        points.push(slope + drawInInterval(interval(lower - slope, upper - slope), u));
      }
      return points;
    },
  };
}

/** Where to put points around a peak, in deviations; in a second round between those of the first. */
const PEAK = [
  [-3, -1.8, -0.9, -0.3, 0.3, 0.9, 1.8, 3],
  [-2.4, -1.35, -0.6, 0, 0.6, 1.35, 2.4],
] as const;

/**
 * Points around the peak of a density that is known at some nodes: the top of the parabola through the largest log density and
 * its neighbours, as wide as its curvature says. Finds peaks much narrower than the nodes' distance, if they are near normal.
 * None where the largest is the first or the last.
 */
export function aroundPeak(
  nodes: readonly number[],
  logs: readonly number[],
  round: number,
): number[] {
  const top = logs.indexOf(Math.max(...logs));
  if (top === 0 || top === nodes.length - 1) return [];
  const [left, middle, right] = [nodes[top - 1]!, nodes[top]!, nodes[top + 1]!];
  const before = (logs[top]! - logs[top - 1]!) / (middle - left);
  const after = (logs[top + 1]! - logs[top]!) / (right - middle);
  const curvature = (2 * (after - before)) / (right - left);
  if (!(curvature < 0)) return [];
  const deviation = 1 / Math.sqrt(-curvature);
  const centre = 0.5 * (left + middle) - before / curvature;
  return PEAK[round % 2]!.map((step) => centre + step * deviation);
}

/** log of the sum of exponentials; -Infinity for none. */
export function logSum(values: readonly number[]): number {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  if (top === -Infinity) return top;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum);
}
