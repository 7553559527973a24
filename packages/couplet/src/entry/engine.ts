/** The engine by itself: building blocks for conditioners and transforms, and the devices. */
export {
  activate,
  columns,
  concat,
  dense,
  dropout,
  gated,
  layerNorm,
  product,
  scaled,
  sum,
  sumLogDets,
} from "../engine/build.ts";
export { differentiate } from "../engine/differentiate.ts";
export type { DifferentiateOptions, Differentiated } from "../engine/differentiate.ts";
export { GraphBuilder } from "../engine/graph.ts";
export { colsOf } from "../engine/value.ts";
export type { Graph, Inverse, Node, ParameterLayout } from "../engine/graph.ts";
export type { Init, Parameter, Shape, Value } from "../engine/value.ts";
export { plan } from "../engine/device/cpu/planner.ts";
export type { Program } from "../engine/device/cpu/program.ts";
export { runReference } from "../engine/device/reference/run.ts";
export { CpuDevice } from "../engine/device/cpu/device.ts";
export type { CpuOptions, CpuReport, LoadedProgram } from "../engine/device/cpu/device.ts";
