/** The mixture of Gaussians: a ReduceLogSumExp over its components. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";
import { gaussianMixtureLogProb } from "./op.ts";

export const gaussianMixtureBaseOnnx: readonly OnnxOp[] = [
  onOnnx(
    gaussianMixtureLogProb,
    (g, { inputs: [z], parameters: [, logits, location, logScale] }, attrs) => {
      const { variables: n, components: count } = attrs;
      const top = logits!.reduce((a, b) => Math.max(a, b));
      const total = top + Math.log(logits!.reduce((sum, v) => sum + Math.exp(v - top), 0));
      const constants = logits!.map((logit, k) => {
        let sum = logit - total;
        for (let j = 0; j < n; j++) sum -= logScale![k * n + j]! + HALF_LOG_TWO_PI;
        return sum;
      });
      const inverse = logScale!.map((v) => Math.exp(-v));
      const spread = g.reshape(z!, [-1, 1, n]);
      const e = g.multiply(
        g.subtract(spread, g.constant(location!, [1, count, n])),
        g.constant(inverse, [1, count, n]),
      );
      const parts = g.add(
        g.multiply(g.scalar(-0.5), g.sum(g.multiply(e, e), 2, false)),
        g.constant(constants, [1, count]),
      );
      // The largest is taken out first: ReduceLogSumExp of very low numbers alone is -Infinity.
      const most = g.node("ReduceMax", [parts], { axes: { ints: [1] }, keepdims: { int: 1 } });
      const rest = g.node("Log", [g.sum(g.node("Exp", [g.subtract(parts, most)]), 1, true)]);
      return [g.add(most, rest)];
    },
  ),
];
