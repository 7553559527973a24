import { perRow } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { scalePerRow, sumPerRow } from "./op.ts";

export const sumPerRowCases: readonly OpCase[] = [
  ...[1, 2, 5].map((count) => ({
    name: `sumPerRow of ${count}`,
    op: sumPerRow,
    attrs: {},
    inputs: Array.from({ length: count }, () => ({ shape: perRow })),
  })),
  {
    name: "scalePerRow",
    op: scalePerRow,
    attrs: { factor: -0.5 },
    inputs: [{ shape: perRow }],
  },
];
