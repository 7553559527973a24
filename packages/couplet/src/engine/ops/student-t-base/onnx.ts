/** The Student-t base. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { studentTLogProb } from "./op.ts";
import { logGamma } from "./reference.ts";

export const studentTBaseOnnx: readonly OnnxOp[] = [
  onOnnx(studentTLogProb, (g, { inputs: [z], parameters: [, loc, logScale, logDf] }, attrs) => {
    const { variables: n, df, learnedDf } = attrs;
    const zero = new Float64Array(n);
    const degrees = Float64Array.from(zero, (_, j) => (learnedDf ? 2 + Math.exp(logDf![j]!) : df));
    const scales = logScale ?? zero;
    const inverse = scales.map((v) => Math.exp(-v));
    const e = g.multiply(
      g.subtract(z!, g.constant(loc ?? zero, [1, n])),
      g.constant(inverse, [1, n]),
    );
    // log(1 + e^2 / nu) as 2 log|e| beyond 1e9, where the square leaves float32.
    const size = g.node("Abs", [e]);
    const clipped = g.node("Min", [size, g.scalar(1e9)]);
    const near = g.node("Log", [
      g.add(g.scalar(1), g.divide(g.multiply(clipped, clipped), g.constant(degrees, [1, n]))),
    ]);
    const beyond = g.multiply(
      g.scalar(2),
      g.node("Log", [g.node("Max", [g.divide(size, g.scalar(1e9)), g.scalar(1)])]),
    );
    const logs = g.multiply(
      g.constant(
        degrees.map((nu) => -(nu + 1) / 2),
        [1, n],
      ),
      g.add(near, beyond),
    );
    let constant = 0;
    for (const [j, nu] of degrees.entries())
      constant +=
        logGamma((nu + 1) / 2) - logGamma(nu / 2) - Math.log(nu * Math.PI) / 2 - scales[j]!;
    return [g.add(g.sum(logs, 1, true), g.scalar(constant))];
  }),
];
