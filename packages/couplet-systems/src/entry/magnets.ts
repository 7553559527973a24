/** `couplet-systems/magnets`: layered magnets: exchange, order, mean field, Monte Carlo, two films. */
export { magnetsDomain } from "../magnets/domain.ts";
export { curieDomain } from "../magnets/curie/domain.ts";
export { exchangeMatrix } from "../magnets/exchange.ts";
export type { WaveVector } from "../magnets/exchange.ts";
export type { Contact, LatticeName } from "../magnets/lattice.ts";
export { groundStateOrder } from "../magnets/luttinger-tisza.ts";
export type { Degeneracy, GroundState, OrderLabel } from "../magnets/luttinger-tisza.ts";
export { meanFieldCurve, meanFieldState, meanFieldTransition } from "../magnets/mean-field.ts";
export type { MeanFieldPoint, MeanFieldTransition } from "../magnets/mean-field.ts";
export { molecularField, stackField } from "../magnets/molecular-field.ts";
export type { MolecularField } from "../magnets/molecular-field.ts";
export type { Series, Update } from "../magnets/monte-carlo/job.ts";
export { binderCrossing, reweight } from "../magnets/monte-carlo/reweight.ts";
export type { BinderCrossing, Reweighted } from "../magnets/monte-carlo/reweight.ts";
export { simulateStack } from "../magnets/monte-carlo/simulate.ts";
export type { Simulation, SimulationOptions } from "../magnets/monte-carlo/simulate.ts";
export type { LatticeSize } from "../magnets/monte-carlo/spin-lattice.ts";
export { autocorrelationTime, blockingAnalysis } from "../magnets/monte-carlo/statistics.ts";
export type { BlockingLevel, Estimate } from "../magnets/monte-carlo/statistics.ts";
export type {
  TransitionOptions,
  TransitionPair,
  TransitionProgress,
} from "../magnets/monte-carlo/transition.ts";
export { orderingTemperature } from "../magnets/ordering-temperature.ts";
export type {
  OrderingTemperature,
  OrderingTemperatureOptions,
} from "../magnets/ordering-temperature.ts";
export { rkky, spacerExchange } from "../magnets/rkky.ts";
export type { SpacerCoupling } from "../magnets/rkky.ts";
export {
  balanceCondition,
  featureBoundary,
  ghostTemperature,
  sharedTransition,
  twoFilmTemperature,
} from "../magnets/shared-transition.ts";
export type { Balance, SharedTransition } from "../magnets/shared-transition.ts";
export { heisenberg, ising, quantumSpin, xy } from "../magnets/spin.ts";
export type { SpinModel } from "../magnets/spin.ts";
export type {
  FilmCoupling,
  FilmSpec,
  MagneticStackSpec,
  SpacerSpec,
} from "../magnets/stack-spec.ts";
export { magneticStack } from "../magnets/stack.ts";
export type { Film, MagneticStack, StackBond, StackSite } from "../magnets/stack.ts";
export { curieExample, parseCurieProblem } from "../magnets/curie/problem.ts";
export type { CurieProblem } from "../magnets/curie/problem.ts";
export { runCurieProblem } from "../magnets/curie/run.ts";
export type { CurieResult } from "../magnets/curie/run.ts";
export { magnetsExample, parseMagnetsProblem } from "../magnets/problem/problem.ts";
export type {
  MagnetsProblem,
  MonteCarloChoices,
  SimulateChoices,
} from "../magnets/problem/problem.ts";
export { runMagnetsProblem } from "../magnets/problem/run.ts";
export type {
  MagnetisationCurve,
  MagnetsResult,
  MeasuredPoint,
  MeasuredTransition,
} from "../magnets/problem/run.ts";
export type { LayerText, SpinText, StackText } from "../magnets/problem/stack-schema.ts";
export type { Vary } from "../problem/vary.ts";
