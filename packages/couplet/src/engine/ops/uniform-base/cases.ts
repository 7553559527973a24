import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { uniformLogProb } from "./op.ts";

export const uniformCases: readonly OpCase[] = widths.map((variables) => ({
  name: `uniformLogProb, ${variables} variables`,
  op: uniformLogProb,
  attrs: { variables, bound: 2 },
  inputs: [{ shape: rowsShape(variables) }],
  boundary: { input: 0, values: [2, -2] },
}));
