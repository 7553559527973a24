/** Highest-density regions: the smallest sets that hold a share of a model's mass. */
import { randomisedRanks } from "./randomised-rank.ts";

/**
 * The share of a model's mass where its density is below each row's, from the log-densities of draws: uniform on (0, 1) if the rows are
 * draws of the model. Where densities are equal (a uniform law, repeated rows) the smallest region of a level is not
 * unique: equal ones lie below or above by lot.
 *
 * @param own log-densities of the rows; -Infinity lies below all that is finite
 * @param drawn log-densities of the model's draws
 * @param seed of the lots
 * @see Hyndman 1996, "Computing and graphing highest density regions"
 */
export function shareOfLowerDensity(
  own: Float64Array,
  drawn: Float64Array,
  seed: number,
): Float64Array {
  return randomisedRanks(own, drawn, seed);
}

/** Whether a row with that share of mass below it lies in the region that holds `level` of the mass. */
export function inRegion(shareBelow: number, level: number): boolean {
  return shareBelow >= 1 - level;
}
