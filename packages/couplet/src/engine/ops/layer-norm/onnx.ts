/** Layer normalisation of rows, or of the channels of each pixel. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { LAYER_NORM_EPS, layerNorm } from "./op.ts";

export const layerNormOnnx: readonly OnnxOp[] = [
  onOnnx(layerNorm, (g, { inputs: [x], parameters: [, gain, bias] }, { columns, pixels = 1 }) => {
    const parts = pixels === 1 ? x! : g.reshape(x!, [-1, columns]);
    const y = g.node(
      "LayerNormalization",
      [parts, g.constant(gain!, [columns]), g.constant(bias!, [columns])],
      { axis: { int: -1 }, epsilon: { float: LAYER_NORM_EPS } },
    );
    return [pixels === 1 ? y : g.reshape(y, [-1, columns * pixels])];
  }),
];
