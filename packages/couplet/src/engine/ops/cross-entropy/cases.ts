import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { crossEntropy } from "./op.ts";

/** Two classes, and numbers of them around a vector. */
const counts = [2, 3, 4, 5, 10] as const;

export const crossEntropyCases: readonly OpCase[] = counts.flatMap((classes): OpCase[] =>
  [0, 0.1].map((smoothing): OpCase => ({
    name: `crossEntropy, ${classes} classes, smoothing ${smoothing}`,
    op: crossEntropy,
    attrs: { classes, smoothing },
    inputs: [
      { shape: rowsShape(classes) },
      // Labels are integers: a difference in them has no meaning, and they have no cotangent.
      {
        shape: rowsShape(1),
        draw: (normal) => Math.min(classes - 1, Math.floor(2 * Math.abs(normal()))),
      },
    ],
    differentiated: [0],
    boundary: { input: 0 },
  })),
);
