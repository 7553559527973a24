import { perRow, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import { logitDecode, logitDecodeVjp, logitEncode, logitEncodeVjp } from "./op.ts";

export const logitCases: readonly OpCase[] = widths.flatMap((variables): OpCase[] => {
  const rows = { shape: rowsShape(variables) };
  const probabilities: CaseInput = {
    ...rows,
    draw: (normal) => 1 / (1 + Math.exp(-normal())),
  };
  const attrs = { variables };
  const tolerance = 2e-5;
  const because = "1 - p loses the digits that p near 1 has not";
  return [
    {
      name: `logitEncode, ${variables} variables`,
      op: logitEncode,
      attrs,
      inputs: [probabilities],
      tolerance,
      because,
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `logitDecode, ${variables} variables`,
      op: logitDecode,
      attrs: { ...attrs, margin: 2 ** -17 },
      inputs: [rows],
      boundary: { input: 0 },
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `logitEncodeVjp, ${variables} variables`,
      op: logitEncodeVjp,
      attrs,
      inputs: [probabilities, rows, { shape: perRow }],
      tolerance,
      because,
    },
    {
      name: `logitDecodeVjp, ${variables} variables, p alone`,
      op: logitDecodeVjp,
      attrs,
      inputs: [rows, rows],
    },
  ];
});
