/** A linear layer of leading columns: a Gather of those, and the product. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { activated } from "../activation/onnx.ts";
import { gathered } from "../gather-columns/onnx.ts";
import { prefixLinear } from "./op.ts";

export const prefixLinearOnnx: readonly OnnxOp[] = [
  onOnnx(
    prefixLinear,
    (g, { inputs: [x], parameters: [, weight, bias], batch, outputs: count }, attrs) => {
      const { columns, inputs, outputs, activation } = attrs;
      const b = g.constant(bias!, [1, outputs]);
      const seen = inputs === columns ? x! : gathered(g, [x!], [...Array(inputs).keys()]);
      const z =
        inputs === 0
          ? g.add(g.zeros(batch, outputs), b)
          : g.add(g.node("MatMul", [seen, g.constant(weight!, [inputs, outputs])]), b);
      return [activated(g, z, activation), z].slice(0, count);
    },
  ),
];
