/** A convolution of 3 x 3. */
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { activated } from "../activation/onnx.ts";
import { conv2d, TAPS } from "./op.ts";
import type { ConvolutionAttrs } from "./op.ts";

/** ONNX has channels first and weights d x c x a x b; rows here are channels last, weights (a, b, c) x d. */
function convolution(
  g: OnnxGraph,
  image: string,
  weight: Float64Array,
  bias: Float64Array,
  { inputs, outputs }: ConvolutionAttrs,
): string {
  const kernel = new Float64Array(weight.length);
  for (let tap = 0; tap < TAPS; tap++)
    for (let c = 0; c < inputs; c++)
      for (let d = 0; d < outputs; d++)
        kernel[(d * inputs + c) * TAPS + tap] = weight[(tap * inputs + c) * outputs + d]!;
  const first = g.node("Transpose", [image], { perm: { ints: [0, 3, 1, 2] } });
  const convolved = g.node(
    "Conv",
    [first, g.constant(kernel, [outputs, inputs, 3, 3]), g.constant(bias, [outputs])],
    { pads: { ints: [1, 1, 1, 1] } },
  );
  return g.node("Transpose", [convolved], { perm: { ints: [0, 2, 3, 1] } });
}

/** The same as one product with the nine shifted images side by side: onnxruntime has no convolution of float64. */
function shiftedProducts(
  g: OnnxGraph,
  image: string,
  weight: Float64Array,
  bias: Float64Array,
  { height, width, inputs, outputs }: ConvolutionAttrs,
): string {
  const framed = g.node("Pad", [image, g.integers([0, 1, 1, 0, 0, 1, 1, 0]), g.scalar(0)]);
  const shifted = Array.from({ length: TAPS }, (_, tap) => {
    const [down, right] = [Math.floor(tap / 3), tap % 3];
    return g.slice(g.slice(framed, 1, down, down + height), 2, right, right + width);
  });
  const product = g.node("MatMul", [
    g.concat(shifted, 3),
    g.constant(weight, [TAPS * inputs, outputs]),
  ]);
  return g.add(product, g.constant(bias, [outputs]));
}

export const conv2dOnnx: readonly OnnxOp[] = [
  onOnnx(conv2d, (g, { inputs: [x], parameters: [, weight, bias], outputs: count }, attrs) => {
    const { height, width, inputs, outputs, activation } = attrs;
    const image = g.reshape(x!, [-1, height, width, inputs]);
    const convolved =
      g.real === "float"
        ? convolution(g, image, weight!, bias!, attrs)
        : shiftedProducts(g, image, weight!, bias!, attrs);
    const z = g.reshape(convolved, [-1, height * width * outputs]);
    return [activated(g, z, activation), z].slice(0, count);
  }),
];
