/**
 * `couplet/kit`: what couplet's own packages build on (errors, option checks, random numbers, threads, numerics).
 * No promise of stability: it may change with any version.
 */
export { accelerate } from "../numerics/fixed-point/accelerate.ts";
export {
  aitken,
  constantRelaxation,
  iqnIls,
  iqnImvj,
  noAcceleration,
} from "../numerics/fixed-point/acceleration.ts";
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
} from "../numerics/fixed-point/acceleration.ts";
export type { Bounds } from "../numerics/fixed-point/bounds.ts";
export { fixedPointIteration } from "../numerics/fixed-point/fixed-point.ts";
export type {
  FixedPointIteration,
  FixedPointResult,
  FixedPointSettings,
  IterationRecord,
} from "../numerics/fixed-point/fixed-point.ts";
export type {
  ConvergenceMeasure,
  ConvergenceMeasureRecord,
} from "../numerics/fixed-point/convergence-measure.ts";
export { predictor } from "../numerics/fixed-point/predictor.ts";
export type { Predictor } from "../numerics/fixed-point/predictor.ts";
export { splitFields } from "../numerics/fixed-point/residual-sum.ts";
export type { FieldLayout } from "../numerics/fixed-point/residual-sum.ts";
export { blockSweep, readBeforeWritten, stagesOf } from "../numerics/fixed-point/scheme.ts";
export type { Block, Scheme, Sweep } from "../numerics/fixed-point/scheme.ts";
export type { SecantFilter } from "../numerics/fixed-point/secant-qr.ts";
export { fixedPoint, fixedPointSync } from "../numerics/fixed-point/solve.ts";
export type { Checkpointed, FixedPointOptions } from "../numerics/fixed-point/solve.ts";
export type { StallRule } from "../numerics/fixed-point/stall.ts";
export { checkOptions, checkWord, requireOptions } from "../options.ts";
export type { OptionNames } from "../options.ts";
export { record, validated } from "../validation.ts";
export type { Fault } from "../validation.ts";
export { CoupletError, nearest, internalError } from "../error.ts";
export { checkJsonDepth } from "../file/parse-json.ts";
export { optionalPackage } from "../optional-package.ts";
export { eventLoopYielder } from "../threads/yield-to-event-loop.ts";
export { denseSolver, luFactor, tryLuFactor } from "../numerics/lu.ts";
export type { DenseSolve, LuFactors, SquareMatrix } from "../numerics/lu.ts";
export { thinSvd } from "../numerics/svd.ts";
export type { SvdOptions, ThinSvd } from "../numerics/svd.ts";
export { dot, innerProduct, norm } from "../numerics/vector.ts";
export { philoxUniform } from "../random/philox.ts";
export { shuffled } from "../random/shuffle.ts";
export { kernelModule, kernelModuleNow } from "../kernels/kernel-module.ts";
export type { EmbeddedBytes, KernelFile } from "../kernels/kernel-module.ts";
export { farm, serveFarm } from "../threads/farm.ts";
export type { FarmOptions, FarmReply, FarmTask } from "../threads/farm.ts";
export { threadHost } from "#threads";
export { configure } from "../threads/locations.ts";
export type { ConfigureOptions, Location } from "../threads/locations.ts";
export type {
  EmbeddedScript,
  Thread,
  ThreadHost,
  WorkerFile,
  WorkerPort,
} from "../threads/host.ts";
export { normalQuantile } from "../statistics/normal.ts";
export { usageError } from "../usage-error.ts";
