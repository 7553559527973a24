/**
 * The Student-t base: heavy tails. Location and log-scale are learned, or 0 when they are left out;
 * degrees of freedom are fixed, or learned as log(df - 2), so that the variance always exists.
 * Parameters are 1 x n each.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type StudentTAttrs = {
  readonly variables: number;
  /** The last parameter is log(df - 2); else `df` is used. */
  readonly learnedDf: boolean;
  readonly df: number;
};

type Shapes = readonly (Shape | undefined)[];

function check(
  op: string,
  z: Shape | undefined,
  parameters: Shapes,
  { variables, learnedDf }: StudentTAttrs,
): void {
  expectRows(op, "z", z, variables);
  if (parameters.length === 0 && !learnedDf) return;
  expectParam(op, "loc", parameters[0], 1, variables);
  expectParam(op, "logScale", parameters[1], 1, variables);
  if (learnedDf) expectParam(op, "logDf", parameters[2], 1, variables);
}

/** [z, loc?, logScale?, logDf?] -> [log p]. */
export const studentTLogProb: OpDef<StudentTAttrs> = {
  name: "studentTLogProb",
  infer([z, ...parameters], attrs) {
    check("studentTLogProb", z, parameters, attrs);
    return [{ kind: "perRow" }];
  },
  vjp: ({ b, inputs, attrs, cotangents: [g] }) =>
    g === undefined
      ? []
      : b.emit(
          studentTLogProbVjp,
          [inputs[0]!, g, ...inputs.slice(1)],
          attrs,
          inputs.slice(1) as Parameter[],
        ),
};

/** [z, g, loc?, logScale?, logDf?] -> [gz]; accumulates the parameters. */
export const studentTLogProbVjp: OpDef<StudentTAttrs> = {
  name: "studentTLogProbVjp",
  infer([z, , ...parameters], attrs) {
    check("studentTLogProbVjp", z, parameters, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
  inPlace: [[0, 0]],
};
