import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { uniformLogProb } from "./op.ts";

export const uniformCases: readonly OpCase[] = widths.map((variables): OpCase => ({
  name: `uniformLogProb, ${variables} variables`,
  op: uniformLogProb,
  attrs: { variables, bound: 2 },
  // Well inside the box: outside, log p is -infinity and has no differences.
  inputs: [{ shape: rowsShape(variables), draw: (normal) => 0.3 * normal() }],
  boundary: { input: 0, values: [2, -2] },
}));
