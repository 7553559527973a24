import { paramShape, rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { activations } from "../linear/reference.ts";
import { conv2d } from "./op.ts";

/** Height, width, inputs, outputs: one pixel, one row, one column, no interior, channels on both sides of a vector, and of each other. */
const sizes = [
  [1, 1, 2, 3],
  [1, 4, 1, 2],
  [3, 1, 2, 1],
  [2, 2, 3, 5],
  [4, 3, 1, 4],
  [3, 5, 5, 2],
  [4, 4, 8, 7],
  [3, 4, 9, 4],
] as const;

export const conv2dCases: readonly OpCase[] = sizes.flatMap(
  ([height, width, inputs, outputs], i): OpCase[] =>
    (i === 2 ? activations : (["none", "silu"] as const)).map((activation): OpCase => ({
      name: `conv2d ${height} x ${width}, ${inputs} -> ${outputs}, ${activation}`,
      op: conv2d,
      attrs: { height, width, inputs, outputs, activation },
      inputs: [
        { shape: rowsShape(height * width * inputs) },
        { shape: paramShape(9 * inputs, outputs) },
        { shape: paramShape(1, outputs) },
      ],
      differentiated: [0],
      tolerance: 1e-5,
      because: "sums of products in float32",
    })),
);
