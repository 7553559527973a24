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
export { colsOf, GraphBuilder } from "./graph.ts";
export type {
  Graph,
  Init,
  Inverse,
  Node,
  Parameter,
  ParameterLayout,
  Shape,
  Value,
} from "./graph.ts";
export { plan } from "./planner.ts";
export type { Program } from "./program.ts";
export { runReference } from "./device/reference/run.ts";
export { CpuDevice } from "./device/cpu/device.ts";
export type { CpuOptions, CpuReport, LoadedProgram } from "./device/cpu/device.ts";
