/** ActNorm as a product and a sum with constants; the channels of an image are repeated over its pixels. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { actNormDecode, actNormEncode } from "./op.ts";

function repeated(values: Float64Array, pixels: number): Float64Array {
  return Float64Array.from(
    { length: values.length * pixels },
    (_, i) => values[i % values.length]!,
  );
}

export function constantLogDet(g: OnnxGraph, like: string, value: number): string {
  return g.add(g.zeros(like, 1), g.scalar(value));
}

export const actNormOnnx: readonly OnnxOp[] = [
  onOnnx(actNormEncode, (g, { inputs: [x], parameters: [, shift, logScale] }, { pixels = 1 }) => {
    const cols = shift!.length * pixels;
    const moved = g.add(x!, g.constant(repeated(shift!, pixels), [1, cols]));
    const scale = repeated(logScale!.map(Math.exp), pixels);
    const logDet = pixels * logScale!.reduce((sum, v) => sum + v, 0);
    return [g.multiply(moved, g.constant(scale, [1, cols])), constantLogDet(g, x!, logDet)];
  }),
  onOnnx(
    actNormDecode,
    (g, { inputs: [y], parameters: [, shift, logScale] }, { pixels = 1, logDet }) => {
      const cols = shift!.length * pixels;
      const scale = repeated(
        logScale!.map((v) => Math.exp(-v)),
        pixels,
      );
      const x = g.subtract(
        g.multiply(y!, g.constant(scale, [1, cols])),
        g.constant(repeated(shift!, pixels), [1, cols]),
      );
      const sum = pixels * logScale!.reduce((total, v) => total + v, 0);
      return logDet ? [x, constantLogDet(g, y!, sum)] : [x];
    },
  ),
];
