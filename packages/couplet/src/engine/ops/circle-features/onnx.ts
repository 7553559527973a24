/** cos x, sin x, cos 2x, sin 2x of angles, feature-major. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { circleFeatures } from "./op.ts";

export const circleFeaturesOnnx: readonly OnnxOp[] = [
  onOnnx(circleFeatures, (g, { inputs: [x] }) => {
    const twice = g.multiply(g.scalar(2), x!);
    return [
      g.concat(
        [x!, twice].flatMap((angle) => ["Cos", "Sin"].map((name) => g.node(name, [angle]))),
        1,
      ),
    ];
  }),
];
