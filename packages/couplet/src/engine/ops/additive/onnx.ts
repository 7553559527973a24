/** y = x + t and back. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { additiveDecode, additiveEncode, negateRows } from "./op.ts";

export const additiveOnnx: readonly OnnxOp[] = [
  onOnnx(additiveEncode, (g, { inputs: [x, t] }) => [g.add(x!, t!)]),
  onOnnx(additiveDecode, (g, { inputs: [y, t] }) => [g.subtract(y!, t!)]),
  onOnnx(negateRows, (g, { inputs: [v] }) => [g.node("Neg", [v!])]),
];
