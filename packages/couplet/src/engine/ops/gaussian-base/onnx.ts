/** -|z|^2 / 2 - n log(2 pi) / 2. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { gaussianLogProb, HALF_LOG_TWO_PI } from "./op.ts";

export const gaussianBaseOnnx: readonly OnnxOp[] = [
  onOnnx(gaussianLogProb, (g, { inputs: [z] }, { variables }) => {
    const squares = g.sum(g.multiply(z!, z!), 1, true);
    return [g.subtract(g.multiply(g.scalar(-0.5), squares), g.scalar(variables * HALF_LOG_TWO_PI))];
  }),
];
