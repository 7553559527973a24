/**
 * `couplet/energy`: flows trained from an energy, where the density is known up to a constant and samples are wanted.
 *
 * Training (`fitEnergy`), importance weights and log Z (`importanceSummary` and its companions).
 */
export { fitEnergy } from "../energy/fit-energy.ts";
export type { Energy, EnergyBatch, EnergyCallOptions, EnergyValues } from "../energy/energy.ts";
export type { EnergyEvaluation, EnergyEvent } from "../energy/events.ts";
export type { EnergyOptions } from "../energy/options.ts";
export type { TemperatureOptions } from "../energy/schedule.ts";
export {
  acceptanceRatioLogZ,
  forwardEssShare,
  freeEnergyDifference,
  importanceSummary,
} from "../statistics/importance.ts";
export type { ImportanceSummary } from "../statistics/importance.ts";
export { paretoShape } from "../statistics/pareto.ts";
