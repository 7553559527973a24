/** y = x exp(s) + t, with s a function of the conditioner's raw output. */
import { atan, softplus } from "../../onnx/functions.ts";
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { affineDecode, affineEncode } from "./op.ts";
import type { AffineAttrs } from "./op.ts";

/** s(raw): `logScale` of reference.ts. */
function logScale(g: OnnxGraph, raw: string, { scale, clamp }: AffineAttrs): string {
  const part = (): string => g.divide(raw, g.scalar(clamp));
  switch (scale) {
    case "softClamp":
      return g.multiply(g.scalar(clamp * (2 / Math.PI)), atan(g, part()));
    case "tanh":
      return g.multiply(g.scalar(clamp), g.node("Tanh", [part()]));
    case "sigmoid":
      return g.subtract(g.scalar(Math.LN2), softplus(g, g.node("Neg", [raw])));
    case "exp":
      return raw;
  }
}

/** [s, t] of parameters [rows, 2 n], parameter-major. */
function parametersOf(g: OnnxGraph, params: string, attrs: AffineAttrs): readonly [string, string] {
  const { variables: n } = attrs;
  return [logScale(g, g.slice(params, 1, 0, n), attrs), g.slice(params, 1, n, 2 * n)];
}

export const affineOnnx: readonly OnnxOp[] = [
  onOnnx(affineEncode, (g, { inputs: [x, params] }, attrs) => {
    const [s, t] = parametersOf(g, params!, attrs);
    return [g.add(g.multiply(x!, g.node("Exp", [s])), t), g.sum(s, 1, true)];
  }),
  onOnnx(affineDecode, (g, { inputs: [y, params] }, attrs) => {
    const [s, t] = parametersOf(g, params!, attrs);
    const x = g.multiply(g.subtract(y!, t), g.node("Exp", [g.node("Neg", [s])]));
    return attrs.logDet ? [x, g.sum(s, 1, true)] : [x];
  }),
];
