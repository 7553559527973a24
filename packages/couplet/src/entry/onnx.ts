/**
 * `couplet/onnx`: flows and models of tables as ONNX files, for onnxruntime in any language.
 *
 * `toOnnx` gives the bytes; `tableInputs` and `tableOutputs` what a table's graph takes and gives; `onOnnx` declares the nodes of an op of your own, written with `OnnxGraph`.
 */
export { toOnnx } from "../onnx/to-onnx.ts";
export type { ToOnnxOptions } from "../onnx/to-onnx.ts";
export { tableInputs, tableOutputs } from "../onnx/table/table-ports.ts";
export type { Direction, ModelOfTable, TablePort } from "../onnx/table/table-ports.ts";
export { onOnnx } from "../engine/onnx/onnx-op.ts";
export type { EmitOnnx, OnnxOp, OnnxUse } from "../engine/onnx/onnx-op.ts";
export { OnnxGraph } from "../engine/onnx/onnx-graph.ts";
export type {
  ElementType,
  OnnxAttribute,
  OnnxNode,
  OnnxPort,
  OnnxTensor,
} from "../engine/onnx/onnx-graph.ts";
