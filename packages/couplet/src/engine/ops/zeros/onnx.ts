/** Zeros for each row. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { zeroPerRow, zeros } from "./op.ts";

export const zerosOnnx: readonly OnnxOp[] = [
  onOnnx(zeros, (g, { batch }, { cols }) => [g.zeros(batch, cols)]),
  onOnnx(zeroPerRow, (g, { batch }) => [g.zeros(batch, 1)]),
];
