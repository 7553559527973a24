/** `couplet-systems/oscillators`: coupled phase oscillators in layers: order, onset of synchrony, locking. */
export { oscillatorsDomain } from "../oscillators/domain.ts";
export { coupledOscillators } from "../oscillators/coupled-oscillators.ts";
export type { CoupledOscillators } from "../oscillators/coupled-oscillators.ts";
export type {
  LayerBridge,
  LayerPull,
  OscillatorLayer,
  OscillatorLink,
  OscillatorSpec,
} from "../oscillators/spec.ts";
export type { Frequencies } from "../oscillators/frequencies.ts";
export { lockedState, lockingThreshold } from "../oscillators/locking.ts";
export type { LockedState } from "../oscillators/locking.ts";
export { synchronisationOnset } from "../oscillators/onset.ts";
export { phaseOrder } from "../oscillators/order.ts";
export type { PhaseOrder } from "../oscillators/order.ts";
export { simulateOscillators } from "../oscillators/simulate.ts";
export type { OscillatorRun, SimulateOptions } from "../oscillators/simulate.ts";
export { parseOscillatorsProblem, pendulumsExample } from "../oscillators/problem/problem.ts";
export type { OscillatorsProblem } from "../oscillators/problem/problem.ts";
export { runOscillatorsProblem } from "../oscillators/problem/run.ts";
export type { OscillatorsResult } from "../oscillators/problem/run.ts";
