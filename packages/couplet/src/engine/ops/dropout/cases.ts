import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { dropout } from "./op.ts";

export const dropoutCases: readonly OpCase[] = [16, 17, 33, ...widths].flatMap((columns) =>
  [true, false].map((training) => ({
    name: `dropout, ${columns} columns, ${training ? "training" : "not training"}`,
    op: dropout,
    attrs: { columns, rate: 0.3, layer: 2 },
    inputs: [{ shape: rowsShape(columns) }],
    run: { training, seed: [0xdeadbeef, 0x9abcdef0] as const },
  })),
);
