import * as v from "valibot";
import type { GraphBuilder } from "../../../engine/graph.ts";
import { noise } from "../../../engine/ops/noise/op.ts";
import { studentTLogProb } from "../../../engine/ops/student-t-base/op.ts";
import { colsOf } from "../../../engine/value.ts";
import type { Value } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { declarePart } from "../part.ts";
import type { BaseFactory } from "./base-part.ts";
import { locationAndScale } from "./location-scale.ts";

/** Student-t per variable, heavy tails; location, scale and degrees of freedom (above 2) are learned. */
export interface StudentTBase {
  readonly kind: "studentT";
  readonly degrees: number;
  readonly learned: boolean;
}

/** Options of {@link studentT}. */
export interface StudentTOptions {
  /** Degrees of freedom, at the start where they are learned. Default 5. */
  readonly degrees?: number;
  /** Default true. */
  readonly learned?: boolean;
}

/** Student-t base with `degrees` of freedom at the start; learned unless said otherwise. */
export const studentT: BaseFactory<StudentTBase, [options?: StudentTOptions]> = declarePart(
  {
    kind: "studentT",
    fields: { degrees: v.pipe(v.number(), v.gtValue(2), v.maxValue(1e6)), learned: v.boolean() },
    describe: ({ degrees, learned }) =>
      `Student-t (${degrees} degrees of freedom${learned ? " at the start, learned" : ""})`,
    logProb(b, spec, z) {
      const variables = colsOf(z);
      const attrs = { variables, df: spec.degrees, learnedDf: spec.learned };
      return b.emitOne(studentTLogProb, [z, ...parameters(b, spec, variables)], attrs);
    },
    sample: (b, spec, variables, temperature) =>
      b.emitOne(noise, [temperature, ...parameters(b, spec, variables)], {
        variables,
        kind: "studentT",
        bound: 0,
        df: spec.degrees,
        learnedDf: spec.learned,
      }),
    bound: () => undefined,
    standardNormal: () => "never",
    lightTails: () => false,
  },
  (options = {}) => {
    checkOptions("studentT", options, { degrees: 0, learned: false });
    return { kind: "studentT", degrees: options.degrees ?? 5, learned: options.learned ?? true };
  },
);

/** Location, log-scale and log(degrees - 2), where they are learned. */
function parameters(
  b: GraphBuilder,
  { learned, degrees }: StudentTBase,
  variables: number,
): Value[] {
  if (!learned) return [];
  const init = { kind: "constant", value: Math.log(degrees - 2) } as const;
  return [
    ...locationAndScale(b, variables),
    b.parameter("logDegrees", 1, variables, { init, decay: false }),
  ];
}
