/** The normal base with learned location and scale. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";
import { learnedGaussianLogProb } from "./op.ts";

export const learnedGaussianBaseOnnx: readonly OnnxOp[] = [
  onOnnx(learnedGaussianLogProb, (g, { inputs: [z], parameters: [, loc, logScale] }) => {
    const n = loc!.length;
    const inverse = logScale!.map((v) => Math.exp(-v));
    const e = g.multiply(g.subtract(z!, g.constant(loc!, [1, n])), g.constant(inverse, [1, n]));
    const constant = logScale!.reduce((sum, v) => sum + v + HALF_LOG_TWO_PI, 0);
    return [
      g.subtract(g.multiply(g.scalar(-0.5), g.sum(g.multiply(e, e), 1, true)), g.scalar(constant)),
    ];
  }),
];
