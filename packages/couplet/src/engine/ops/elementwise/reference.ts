/** Elementwise products in float64. */
import type { Tensor } from "../../op.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { multiply, scale, sigmoidGate, sigmoidGateVjp } from "./op.ts";

function zip(a: Tensor, b: Tensor, f: (a: number, b: number) => number): Tensor {
  return { ...a, data: a.data.map((value, i) => f(value, b.data[i]!)) };
}

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

export const elementwiseReference: readonly ReferenceOp[] = [
  onReference(multiply, ([a, b]) => [zip(a!, b!, (x, y) => x * y)]),
  onReference(scale, ([a], { factor }) => [
    { ...a!, data: a!.data.map((value) => factor * value) },
  ]),
  onReference(sigmoidGate, ([a, b]) => [zip(a!, b!, (x, y) => x * sigmoid(y))]),
  onReference(sigmoidGateVjp, ([a, b, g]) => {
    const ga = zip(g!, b!, (x, y) => x * sigmoid(y));
    // sigmoid(-y) is 1 - sigmoid(y) without the cancellation.
    return [ga, { ...a!, data: a!.data.map((x, i) => ga.data[i]! * x * sigmoid(-b!.data[i]!)) }];
  }),
];
