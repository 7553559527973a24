import { rowVector } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { scaleRowVector, sumRowVectors } from "./op.ts";

export const sumRowVectorsCases: readonly OpCase[] = [
  ...[1, 2, 5].map((count) => ({
    name: `sumRowVectors of ${count}`,
    op: sumRowVectors,
    attrs: {},
    inputs: Array.from({ length: count }, () => ({ shape: rowVector })),
  })),
  {
    name: "scaleRowVector",
    op: scaleRowVector,
    attrs: { factor: -0.5 },
    inputs: [{ shape: rowVector }],
  },
];
