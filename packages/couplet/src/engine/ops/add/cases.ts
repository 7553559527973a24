import { perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { add } from "./op.ts";

export const addCases: readonly OpCase[] = [
  ...widths.map((n): OpCase => {
    const x = { shape: rowsShape(n) };
    return {
      name: `add, ${n} columns`,
      op: add,
      attrs: {},
      inputs: [x, x],
      boundary: { input: 1 },
    };
  }),
  {
    name: "add of row vectors",
    op: add,
    attrs: {},
    inputs: [{ shape: perRow }, { shape: perRow }],
  },
];
