/** The engine by itself: building blocks for conditioners and transforms, and the devices. */
export {
  activate,
  columns,
  concat,
  dense,
  dropout,
  layerNorm,
  sum,
  sumLogDets,
} from "../engine/build.ts";
export { convolution, gated, product, scaled } from "../engine/build-more.ts";
export type { Grid } from "../engine/build.ts";
export { differentiate } from "../engine/differentiate.ts";
export type { DifferentiateOptions, Differentiated } from "../engine/differentiate.ts";
export { GraphBuilder } from "../engine/graph.ts";
export { colsOf } from "../engine/value.ts";
export type { Graph, Inverse, Node, ParameterLayout } from "../engine/graph.ts";
export type { Init, Parameter, Shape, Value } from "../engine/value.ts";
export { runReference } from "../engine/device/reference/run.ts";
export type { Compute, ReferenceOp } from "../engine/device/reference/reference-op.ts";
export { openDevice } from "../engine/device/open.ts";
export type { DeviceName, DeviceOptions } from "../engine/device/open.ts";
export type { CpuOptions } from "../engine/device/options.ts";
export type {
  CompiledGraph,
  Device,
  DeviceBuffer,
  DeviceReport,
  Diagnosis,
  Floats,
  InstructionName,
  RunBatch,
  StepsRequest,
  TrainResult,
  TrainSession,
  TrainState,
  TrainingBytes,
  TrainStepOptions,
  TrainTensors,
} from "../engine/device/device.ts";
export type {
  AnyOpDef,
  AttrValue,
  Attrs,
  Emitter,
  OpDef,
  RunContext,
  Tensor,
  VjpContext,
} from "../engine/op.ts";
export type { ReferenceRun } from "../engine/device/reference/run.ts";
export type { Activation } from "../engine/ops/linear/op.ts";
