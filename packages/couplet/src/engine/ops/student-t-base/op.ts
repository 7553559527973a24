/**
 * The Student-t base: heavy tails. Location and log-scale are learned, or 0 when they are left out;
 * degrees of freedom are fixed, or learned as log(df - 2), so that the variance always exists.
 * Parameters are 1 x n each.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape } from "../../value.ts";
import type { OpDef, Tensor } from "../../op.ts";
import { studentTLogProb as logProb, studentTLogProbVjp as logProbVjp } from "./reference.ts";
import type { StudentT } from "./reference.ts";

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

function distribution(
  parameters: readonly Tensor[],
  { variables, learnedDf, df }: StudentTAttrs,
): StudentT {
  const [loc, logScale, logDf] = parameters.map(({ data }) => data);
  return {
    loc: loc ?? new Float64Array(variables),
    logScale: logScale ?? new Float64Array(variables),
    df: (j) => (learnedDf ? 2 + Math.exp(logDf![j]!) : df),
  };
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
  reference: ([z, ...parameters], attrs) => [logProb(z!, distribution(parameters, attrs))],
};

/** [z, g, loc?, logScale?, logDf?] -> [gz]; accumulates the parameters. */
export const studentTLogProbVjp: OpDef<StudentTAttrs> = {
  name: "studentTLogProbVjp",
  infer([z, , ...parameters], attrs) {
    check("studentTLogProbVjp", z, parameters, attrs);
    return [{ kind: "rows", cols: attrs.variables }];
  },
  inPlace: [[0, 0]],
  reference: ([z, g, ...parameters], attrs, _run, [gLoc, gLogScale, gLogDf]) => [
    logProbVjp(z!, distribution(parameters, attrs), g!, gLoc, gLogScale, gLogDf),
  ],
};
