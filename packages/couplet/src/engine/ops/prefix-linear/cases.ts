import { paramShape, rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { activations } from "../linear/reference.ts";
import { prefixInputGradient, prefixLinear } from "./op.ts";

const sizes = [
  [5, 3, 4],
  [7, 7, 2],
  [9, 1, 5],
  [4, 0, 3],
  [33, 16, 21],
] as const;

export const prefixLinearCases: readonly OpCase[] = sizes.flatMap(([columns, inputs, outputs]) => [
  ...activations.map((activation): OpCase => ({
    name: `prefixLinear ${inputs} of ${columns} -> ${outputs}, ${activation}`,
    op: prefixLinear,
    attrs: { columns, inputs, outputs, activation },
    inputs: [
      { shape: rowsShape(columns) },
      { shape: paramShape(inputs, outputs) },
      { shape: paramShape(1, outputs) },
    ],
    differentiated: [0],
    tolerance: 1e-5,
    because: "sums of products in float32",
  })),
  ...(inputs === 0
    ? []
    : [[], [{ shape: rowsShape(columns) }]].map((pending): OpCase => ({
        name: `prefixLinear.inputGradient ${inputs} of ${columns}, ${pending.length} pending`,
        op: prefixInputGradient,
        attrs: { columns, inputs, outputs },
        inputs: [{ shape: rowsShape(outputs) }, { shape: paramShape(inputs, outputs) }, ...pending],
        tolerance: 1e-5,
        because: "sums of products in float32",
      }))),
]);
