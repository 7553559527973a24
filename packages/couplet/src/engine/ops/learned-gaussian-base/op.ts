/** The normal base with learned location and log-scale (1 x n each), variables independent. */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type LearnedGaussianAttrs = { readonly variables: number };

function check(op: string, [z, loc, logScale]: readonly (Shape | undefined)[], n: number): void {
  expectRows(op, "z", z, n);
  expectParam(op, "loc", loc, 1, n);
  expectParam(op, "logScale", logScale, 1, n);
}

/** [z, loc, logScale] -> [log p]. */
export const learnedGaussianLogProb: OpDef<LearnedGaussianAttrs> = {
  name: "learnedGaussianLogProb",
  infer(inputs, { variables }) {
    check("learnedGaussianLogProb", inputs, variables);
    return [{ kind: "perRow" }];
  },
  vjp: ({ b, inputs, attrs, cotangents: [g] }) =>
    g === undefined
      ? []
      : b.emit(learnedGaussianLogProbVjp, [...inputs, g], attrs, inputs.slice(1) as Parameter[]),
};

/** [z, loc, logScale, g] -> [gz]; accumulates loc and logScale. */
export const learnedGaussianLogProbVjp: OpDef<LearnedGaussianAttrs> = {
  name: "learnedGaussianLogProbVjp",
  infer(inputs, { variables }) {
    check("learnedGaussianLogProbVjp", inputs, variables);
    return [{ kind: "rows", cols: variables }];
  },
  inPlace: [[0, 0]],
};
