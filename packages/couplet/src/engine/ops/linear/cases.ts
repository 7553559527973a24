import { paramShape, rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { activationVjp, linear } from "./op.ts";
import { activations } from "./reference.ts";

const sizes = [
  [3, 1],
  [2, 3],
  [5, 7],
  [1, 16],
  [8, 31],
  [0, 5],
] as const;

export const linearCases: readonly OpCase[] = activations.flatMap((activation) => [
  ...sizes.map(([inputs, outputs]): OpCase => ({
    name: `linear ${inputs} -> ${outputs}, ${activation}`,
    op: linear,
    attrs: { inputs, outputs, activation },
    inputs: [
      { shape: rowsShape(inputs) },
      { shape: paramShape(inputs, outputs) },
      { shape: paramShape(1, outputs) },
    ],
    differentiated: [0],
    tolerance: 1e-5,
    because: "sums of products in float32",
  })),
  ...[3, 4].map((pixels): OpCase => ({
    name: `linear 5 -> 3 at each of ${pixels} pixels, ${activation}`,
    op: linear,
    attrs: { inputs: 5, outputs: 3, activation, pixels },
    inputs: [
      { shape: rowsShape(5 * pixels) },
      { shape: paramShape(5, 3) },
      { shape: paramShape(1, 3) },
    ],
    differentiated: [0],
    tolerance: 1e-5,
    because: "sums of products in float32",
  })),
  ...[1, 4, 21].map((outputs): OpCase => ({
    name: `linear.activationVjp ${activation}, ${outputs} columns`,
    op: activationVjp,
    attrs: { activation, outputs },
    // tanh's derivative is taken from its output, which lies in (-1, 1).
    inputs: [
      { shape: rowsShape(outputs) },
      { shape: rowsShape(outputs), draw: (normal) => Math.tanh(normal()) },
      { shape: paramShape(1, outputs) },
    ],
    accumulates: [2],
  })),
]);
