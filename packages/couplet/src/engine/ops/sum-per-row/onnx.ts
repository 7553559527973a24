/** Sums of one number per row. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { scalePerRow, sumPerRow } from "./op.ts";

export const sumPerRowOnnx: readonly OnnxOp[] = [
  onOnnx(sumPerRow, (g, { inputs }) => [inputs.reduce((sum, v) => g.add(sum, v))]),
  onOnnx(scalePerRow, (g, { inputs: [v] }, { factor }) => [g.multiply(v!, g.scalar(factor))]),
];
