/**
 * `couplet/onnx`: flows as ONNX files, for onnxruntime in any language.
 *
 * `toOnnx` gives the bytes; `onOnnx` declares the nodes of an op of your own, written with `OnnxGraph`.
 */
export { toOnnx } from "../onnx/to-onnx.ts";
export type { ToOnnxOptions } from "../onnx/to-onnx.ts";
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
