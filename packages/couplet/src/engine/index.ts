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
} from "./build.ts";
export { differentiate } from "./differentiate.ts";
export type { DifferentiateOptions, Differentiated } from "./differentiate.ts";
export { GraphBuilder } from "./graph.ts";
export { colsOf } from "./value.ts";
export type { Graph, Inverse, Node, ParameterLayout } from "./graph.ts";
export type { Init, Parameter, Shape, Value } from "./value.ts";
export { plan } from "./planner.ts";
export type { Program } from "./program.ts";
export { runReference } from "./device/reference/run.ts";
export { CpuDevice } from "./device/cpu/device.ts";
export type { CpuOptions, CpuReport, LoadedProgram } from "./device/cpu/device.ts";
