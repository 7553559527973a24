/** -n log(2B) inside the box, -Infinity outside. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { uniformLogProb } from "./op.ts";

export const uniformBaseOnnx: readonly OnnxOp[] = [
  onOnnx(uniformLogProb, (g, { inputs: [z] }, { variables, bound }) => {
    const most = g.node("ReduceMax", [g.node("Abs", [z!])], {
      axes: { ints: [1] },
      keepdims: { int: 1 },
    });
    const inside = g.node("LessOrEqual", [most, g.scalar(bound)]);
    return [
      g.node("Where", [inside, g.scalar(-variables * Math.log(2 * bound)), g.scalar(-Infinity)]),
    ];
  }),
];
