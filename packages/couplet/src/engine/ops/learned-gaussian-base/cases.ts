import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { learnedGaussianLogProb, learnedGaussianLogProbVjp } from "./op.ts";

export const learnedGaussianCases: readonly OpCase[] = widths.flatMap((variables): OpCase[] => {
  const inputs = [
    { shape: rowsShape(variables) },
    { shape: paramShape(1, variables) },
    { shape: paramShape(1, variables), draw: (normal: () => number) => normal() / 2 },
  ];
  const attrs = { variables };
  return [
    {
      name: `learnedGaussianLogProb, ${variables} variables`,
      op: learnedGaussianLogProb,
      attrs,
      inputs,
    },
    {
      name: `learnedGaussianLogProbVjp, ${variables} variables`,
      op: learnedGaussianLogProbVjp,
      attrs,
      inputs: [...inputs, { shape: perRow }],
      accumulates: [1, 2],
      // exp(-logScale) enters squared: rounding relative to terms that cancel in the sum.
      tolerance: 1e-5,
      because: "cancelling sums of larger terms",
    },
  ];
});
