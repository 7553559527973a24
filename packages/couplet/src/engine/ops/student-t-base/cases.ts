import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import { studentTLogProb, studentTLogProbVjp } from "./op.ts";

function casesOf(variables: number, learnedDf: boolean, place: boolean): OpCase[] {
  const column = paramShape(1, variables);
  const inputs: CaseInput[] = [
    { shape: rowsShape(variables) },
    ...(place
      ? [{ shape: column }, { shape: column, draw: (normal: () => number) => normal() / 2 }]
      : []),
    ...(learnedDf ? [{ shape: column }] : []),
  ];
  const attrs = { variables, learnedDf, df: 4 };
  const at = `${variables} variables, df ${learnedDf ? "learned" : "fixed"}${place ? "" : ", standard"}`;
  const tolerance = 1e-5;
  const because = "exp(-logScale) enters squared, and terms of both signs are summed";
  return [
    {
      name: `studentTLogProb, ${at}`,
      op: studentTLogProb,
      attrs,
      inputs,
      tolerance,
      because,
      boundary: { input: 0 },
    },
    {
      name: `studentTLogProbVjp, ${at}`,
      op: studentTLogProbVjp,
      attrs,
      inputs: [inputs[0]!, { shape: perRow }, ...inputs.slice(1)],
      accumulates: inputs.slice(1).map((_, k) => k + 2),
      tolerance,
      because,
    },
  ];
}

export const studentTCases: readonly OpCase[] = [
  ...widths.flatMap((variables) => casesOf(variables, true, true)),
  ...casesOf(5, false, true),
  ...casesOf(5, false, false),
];
