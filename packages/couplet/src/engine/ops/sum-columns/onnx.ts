/** Sums over columns, and one number per row in each of several columns. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { spreadColumns, sumColumns } from "./op.ts";

export const sumColumnsOnnx: readonly OnnxOp[] = [
  onOnnx(sumColumns, (g, { inputs: [x] }) => [g.sum(x!, 1, true)]),
  onOnnx(spreadColumns, (g, { inputs: [v] }, { cols }) => [g.add(v!, g.zeros(v!, cols))]),
];
