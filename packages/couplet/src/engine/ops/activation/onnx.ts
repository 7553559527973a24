/** Activations as nodes: GELU in its tanh form, which opset 17 has no operator for. */
import { silu } from "../../onnx/functions.ts";
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { GELU_CUBIC, GELU_SCALE } from "../linear/reference.ts";
import type { Activation } from "../linear/op.ts";
import { activation } from "./op.ts";

/** act(z). */
export function activated(g: OnnxGraph, z: string, kind: Activation): string {
  switch (kind) {
    case "none":
      return z;
    case "relu":
      return g.node("Relu", [z]);
    case "tanh":
      return g.node("Tanh", [z]);
    case "silu":
      return silu(g, z);
    case "gelu": {
      // 1 + c z^2 first: the cube of a large value leaves the range of float32 sooner.
      const inner = g.add(g.scalar(1), g.multiply(g.scalar(GELU_CUBIC), g.multiply(z, z)));
      const u = g.node("Tanh", [g.multiply(g.multiply(g.scalar(GELU_SCALE), z), inner)]);
      return g.multiply(g.multiply(g.scalar(0.5), z), g.add(g.scalar(1), u));
    }
  }
}

export const activationOnnx: readonly OnnxOp[] = [
  onOnnx(activation, (g, { inputs: [z] }, { activation: kind }) => [activated(g, z!, kind)]),
];
