/** `couplet-systems/solvers`: what couples subsystems: fixed points of blocks, relaxation, Aitken, quasi-Newton. The drivers are couplet's own. */
export { accelerate } from "couplet/kit";
export { aitken, constantRelaxation, iqnIls, iqnImvj, noAcceleration } from "couplet/kit";
export type {
  Acceleration,
  AccelerationSpec,
  Aitken,
  ConstantRelaxation,
  ImvjRestart,
  IqnIls,
  IqnImvj,
  NoAcceleration,
  Proposal,
} from "couplet/kit";
export type { Bounds } from "couplet/kit";
export { fixedPointIteration } from "couplet/kit";
export type {
  FixedPointIteration,
  FixedPointResult,
  FixedPointSettings,
  IterationRecord,
} from "couplet/kit";
export type { ConvergenceMeasure, ConvergenceMeasureRecord } from "couplet/kit";
export { predictor } from "couplet/kit";
export type { Predictor } from "couplet/kit";
export type { FieldLayout } from "couplet/kit";
export { blockSweep } from "couplet/kit";
export type { Block, Scheme, Sweep } from "couplet/kit";
export type { SecantFilter } from "couplet/kit";
export { fixedPoint, fixedPointSync } from "couplet/kit";
export type { Checkpointed, FixedPointOptions } from "couplet/kit";
export type { StallRule } from "couplet/kit";
