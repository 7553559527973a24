/** y = x + t on the circle [-B, B); whole turns beyond it stay. */
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { circularShiftDecode, circularShiftEncode } from "./op.ts";

/** Whole turns from [-B, B): 2B floor((v + B) / 2B), and exactly 0 within. */
function turnsOf(g: OnnxGraph, v: string, bound: number): string {
  const turn = g.scalar(2 * bound);
  const turns = g.multiply(turn, g.node("Floor", [g.divide(g.add(v, g.scalar(bound)), turn)]));
  const within = g.node("And", [
    g.node("GreaterOrEqual", [v, g.scalar(-bound)]),
    g.node("Less", [v, g.scalar(bound)]),
  ]);
  return g.node("Where", [within, g.scalar(0), turns]);
}

function shifted(g: OnnxGraph, x: string, t: string, bound: number): string {
  const turns = turnsOf(g, x, bound);
  const moved = g.add(g.subtract(x, turns), t);
  const back = g.add(g.subtract(moved, turnsOf(g, moved, bound)), turns);
  // Infinities are left alone: their turns are infinite.
  const infinite = g.node("IsInf", [g.cast(x, "float")]);
  return g.node("Where", [infinite, x, back]);
}

export const circularShiftOnnx: readonly OnnxOp[] = [
  onOnnx(circularShiftEncode, (g, { inputs: [x, t] }, { bound }) => [shifted(g, x!, t!, bound)]),
  onOnnx(circularShiftDecode, (g, { inputs: [y, t] }, { bound }) => [
    shifted(g, y!, g.node("Neg", [t!]), bound),
  ]),
];
