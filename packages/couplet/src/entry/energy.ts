/**
 * `couplet/energy`: flows trained from an energy, where the density is known up to a constant and samples are wanted.
 *
 * Training (`fitEnergy`), a model against its target (`assess`: log Z, effective sample size, missing modes), exact samples
 * (`independenceMetropolis`, `hamiltonianChains`), sums over weights (`importanceSummary` and its companions), and targets with known answers
 * (`manyWell`, `funnel`, ...).
 */
export { fitEnergy } from "../energy/fit-energy.ts";
export type { Energy, EnergyBatch, EnergyCallOptions, EnergyValues } from "../energy/energy.ts";
export { graphEnergy, rowTotal } from "../energy/graph-energy.ts";
export type { EnergyGraph } from "../energy/graph-energy.ts";
export type { EnergyEvaluation, EnergyEvent } from "../energy/events.ts";
export type { EnergyOptions } from "../energy/options.ts";
export type { TemperatureOptions } from "../energy/schedule.ts";
export { assess } from "../energy/assess.ts";
export type { AssessOptions, Assessment } from "../energy/assess.ts";
export { independenceMetropolis } from "../energy/metropolis.ts";
export type { MetropolisChain, MetropolisOptions } from "../energy/metropolis.ts";
export { hamiltonianChains } from "../energy/hamiltonian.ts";
export type { ChainOptions, Chains, ChainTarget } from "../energy/hamiltonian.ts";
export { energyTarget, latentTarget, modelTarget } from "../energy/chain-targets.ts";
export {
  acceptanceRatioLogZ,
  forwardEssShare,
  freeEnergyDifference,
  importanceSummary,
} from "../statistics/importance.ts";
export type { ImportanceSummary } from "../statistics/importance.ts";
export { paretoShape } from "../statistics/pareto.ts";
export { funnel } from "../energy/targets/funnel.ts";
export { gaussianMixture40 } from "../energy/targets/gaussian-mixture.ts";
export { latticeField } from "../energy/targets/lattice.ts";
export { rowByRow } from "../energy/targets/target.ts";
export type { EnergyTarget } from "../energy/targets/target.ts";
export { coupledAngles } from "../energy/targets/torus.ts";
export { manyWell } from "../energy/targets/wells.ts";
