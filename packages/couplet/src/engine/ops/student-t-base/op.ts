/**
 * The Student-t base: heavy tails. Learned location and log-scale; degrees of freedom fixed, or learned
 * as log(df - 2), so that the variance always exists. Parameters are 1 x n each.
 */
import { expectParam, expectRows } from "../../graph.ts";
import type { Parameter, Shape } from "../../graph.ts";
import type { OpDef, Tensor } from "../../op.ts";
import { studentTLogProb as logProb, studentTLogProbVjp as logProbVjp } from "./reference.ts";
import type { StudentT } from "./reference.ts";

export type StudentTAttrs = {
  readonly variables: number;
  /** The last parameter is log(df - 2); else `df` is used. */
  readonly learnedDf: boolean;
  readonly df: number;
};

function check(op: string, inputs: readonly (Shape | undefined)[], { variables, learnedDf }: StudentTAttrs): void {
  expectRows(op, "z", inputs[0], variables);
  expectParam(op, "loc", inputs[1], 1, variables);
  expectParam(op, "logScale", inputs[2], 1, variables);
  if (learnedDf) expectParam(op, "logDf", inputs[3], 1, variables);
}

function parametersOf([, loc, logScale, logDf]: readonly Tensor[], { learnedDf, df }: StudentTAttrs): StudentT {
  return {
    loc: loc!.data,
    logScale: logScale!.data,
    df: (j) => (learnedDf ? 2 + Math.exp(logDf!.data[j]!) : df),
  };
}

/** [z, loc, logScale, logDf?] -> [log p]. */
export const studentTLogProb: OpDef<StudentTAttrs> = {
  name: "studentTLogProb",
  infer(inputs, attrs) {
    check("studentTLogProb", inputs, attrs);
    return [{ kind: "rowVector" }];
  },
  vjp: ({ b, inputs, attrs, cotangents: [g] }) =>
    g === undefined ? [] : b.emit(studentTLogProbVjp, [...inputs, g], attrs, inputs.slice(1) as Parameter[]),
  reference: (inputs, attrs) => [logProb(inputs[0]!, parametersOf(inputs, attrs))],
  calls: ({ inputs: [z, loc, logScale, logDf], outputs: [out], attrs: { variables, df } }) => [
    {
      kernel: "studentTLogProb",
      args: [
        { at: z! },
        { at: loc! },
        { at: logScale! },
        logDf === undefined ? 0 : { at: logDf },
        { at: out! },
        { run: "rows" },
        variables,
        df,
        { scratch: 2 * (variables + 4) },
      ],
    },
  ],
};

/** [z, loc, logScale, logDf?, g] -> [gz]; accumulates the parameters. */
export const studentTLogProbVjp: OpDef<StudentTAttrs> = {
  name: "studentTLogProbVjp",
  infer(inputs, attrs) {
    check("studentTLogProbVjp", inputs, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
  inPlace: [[0, 0]],
  reference: (inputs, attrs, _run, [gLoc, gLogScale, gLogDf]) => [
    logProbVjp(inputs[0]!, parametersOf(inputs, attrs), inputs.at(-1)!, gLoc!, gLogScale!, gLogDf),
  ],
  calls({ inputs, outputs: [gz], accumulates: [gLoc, gLogScale, gLogDf], attrs: { variables, df, learnedDf } }) {
    const [z, loc, logScale, logDf] = inputs;
    return [
      {
        kernel: "studentTLogProbVjp",
        args: [
          { at: z! },
          { at: loc! },
          { at: logScale! },
          learnedDf ? { at: logDf! } : 0,
          { at: inputs.at(-1)! },
          { at: gz! },
          { run: "rows" },
          variables,
          df,
          { gradOf: gLoc! },
          { gradOf: gLogScale! },
          gLogDf === undefined ? 0 : { gradOf: gLogDf },
          { scratch: 8 },
        ],
      },
    ];
  },
};
