/** `couplet-systems/kinetics`: reaction networks: trajectories, steady states, fast layers, SBML. */
export { kineticsDomain } from "../kinetics/domain.ts";
export { removeMoieties } from "../kinetics/conserved.ts";
export type { IndependentModel } from "../kinetics/conserved.ts";
export { effectiveNetwork } from "../kinetics/effective-network.ts";
export type { EffectiveNetwork, EffectiveNetworkOptions } from "../kinetics/effective-network.ts";
export type { Expression, FunctionBody, Operator } from "../formula/expression.ts";
export type { FastPart } from "../kinetics/fast-manifold.ts";
export { parseFormula } from "../formula/parse-formula.ts";
export { integrate } from "../kinetics/integrate.ts";
export type { IntegrateOptions } from "../kinetics/integrate-options.ts";
export { inBalance } from "../kinetics/balance.ts";
export type { EventQueue, Events } from "../kinetics/events.ts";
export type { Trajectory } from "../kinetics/trajectory.ts";
export type {
  Balanced,
  KineticModel,
  OdeSystem,
  ParameterValues,
  Process,
  Switching,
} from "../kinetics/model.ts";
export { conservedMoieties } from "../kinetics/moieties.ts";
export type { Moiety } from "../kinetics/moieties.ts";
export { reactionNetwork } from "../kinetics/network.ts";
export { quasiSteadyState } from "../kinetics/quasi-steady-state.ts";
export type { QuasiSteadyStateOptions, SlowModel } from "../kinetics/quasi-steady-state.ts";
export { readSbml } from "../kinetics/sbml/read-sbml.ts";
export type { SbmlModel, SbmlOptions } from "../kinetics/sbml/read-sbml.ts";
export type {
  EventSpec,
  Formula,
  ParsedReaction,
  ReactionNetworkSpec,
  ReactionSpec,
  SpeciesSpec,
} from "../kinetics/spec.ts";
export { steadyState } from "../kinetics/steady/steady-state.ts";
export type { SteadyState, SteadyStateOptions } from "../kinetics/steady/steady-state.ts";
export { linearise, timeScales } from "../kinetics/time-scales.ts";
export type { Linearisation, TimeScales } from "../kinetics/time-scales.ts";
export { kineticsExample, parseKineticsProblem } from "../kinetics/problem/problem.ts";
export type { KineticsProblem } from "../kinetics/problem/problem.ts";
export { runKineticsProblem } from "../kinetics/problem/run.ts";
export type { KineticsResult, TimeSeries } from "../kinetics/problem/run.ts";
export type { Complex } from "../kinetics/effective-network.ts";
