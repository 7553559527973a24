/** A part of a column's axis as an axis of its own. */
import { logNormalMass, normalCdf, normalQuantileOfLog } from "../../statistics/normal.ts";
import { drawInInterval, type Interval } from "./interval.ts";

/** A standard normal has no more beyond it than 1e-15. */
export const MOST_LATENT = 8;

/** Between the axis and a part of it, so that a standard normal cut off at the part's ends becomes a standard normal. */
export interface AxisPart {
  /** From the part to a whole axis: Phi(z') = (Phi(z) - Phi(lower)) / (Phi(upper) - Phi(lower)). */
  stretch(z: number): number;
  /** Undoes it. */
  shrink(z: number): number;
}

/** The part of an axis that a range is. */
export function axisPart(range: Interval): AxisPart {
  const { lower, upper, logMass } = range;
  return {
    stretch(z) {
      if (z <= lower) return -Infinity;
      if (z >= upper) return Infinity;
      const below = logNormalMass(lower, z) - logMass;
      const above = logNormalMass(z, upper) - logMass;
      return below <= above ? normalQuantileOfLog(below) : -normalQuantileOfLog(above);
    },
    shrink: (z) =>
      z === -Infinity ? lower : z === Infinity ? upper : drawInInterval(range, normalCdf(z)),
  };
}

/** Within what a double resolves: a value on an edge stands for the nearest one inside. */
export function insideAxis(z: number): number {
  return Math.min(MOST_LATENT, Math.max(-MOST_LATENT, z));
}
