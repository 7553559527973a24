import { perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { gaussianLogProb, gaussianLogProbVjp } from "./op.ts";

export const gaussianCases: readonly OpCase[] = widths.flatMap((variables): OpCase[] => [
  {
    name: `gaussianLogProb, ${variables} variables`,
    op: gaussianLogProb,
    attrs: { variables },
    inputs: [{ shape: rowsShape(variables) }],
    boundary: { input: 0 },
  },
  {
    name: `gaussianLogProbVjp, ${variables} variables`,
    op: gaussianLogProbVjp,
    attrs: { variables },
    inputs: [{ shape: rowsShape(variables) }, { shape: perRow }],
  },
]);
