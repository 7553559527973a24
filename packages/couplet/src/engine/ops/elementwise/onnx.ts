/** Products and gates. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { multiply, scale, sigmoidGate } from "./op.ts";

export const elementwiseOnnx: readonly OnnxOp[] = [
  onOnnx(multiply, (g, { inputs: [a, b] }) => [g.multiply(a!, b!)]),
  onOnnx(scale, (g, { inputs: [a] }, { factor }) => [g.multiply(a!, g.scalar(factor))]),
  onOnnx(sigmoidGate, (g, { inputs: [a, b] }) => [g.multiply(a!, g.node("Sigmoid", [b!]))]),
];
