/** A linear layer as Gemm, with its activation; pixels are rows of the product. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { activated } from "../activation/onnx.ts";
import { linear } from "./op.ts";

export const linearOnnx: readonly OnnxOp[] = [
  onOnnx(
    linear,
    (g, { inputs: [x], parameters: [, weight, bias], batch, outputs: count }, attrs) => {
      const { inputs, outputs, activation, pixels = 1 } = attrs;
      const b = g.constant(bias!, [1, outputs]);
      const parts = pixels === 1 ? x! : g.reshape(x!, [-1, inputs]);
      // A conditioner that sees nothing gives its bias.
      const product =
        inputs === 0
          ? g.add(g.zeros(batch, outputs), b)
          : g.add(g.node("MatMul", [parts, g.constant(weight!, [inputs, outputs])]), b);
      const z = pixels === 1 ? product : g.reshape(product, [-1, pixels * outputs]);
      return [activated(g, z, activation), z].slice(0, count);
    },
  ),
];
