/**
 * Draws from a base, addressed by row and column: z = loc + temperature exp(logScale) e, with e
 * standard normal (Box & Muller 1958), Student-t (Bailey 1994) or uniform on [-bound, bound].
 *
 * A row's numbers depend on the seed and the row's number in the whole call only: not on tiles or
 * threads. Uniform draws take no location, scale or temperature.
 */
import { expectParam } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { internalError } from "../../../error.ts";

export type NoiseAttrs = {
  readonly variables: number;
  readonly kind: "gaussian" | "studentT" | "uniform";
  /** Uniform: half the width. */
  readonly bound: number;
  /** Student-t: degrees of freedom when they are not learned. */
  readonly df: number;
  /** Student-t: the last input is log(df - 2) per variable. */
  readonly learnedDf: boolean;
};

/** [temperature (one per row), loc?, logScale?, logDf?] -> [z]. */
export const noise: OpDef<NoiseAttrs> = {
  name: "noise",
  infer([temperature, ...parameters], { variables, learnedDf }) {
    if (temperature?.kind !== "perRow") throw internalError("noise takes a temperature per row");
    if (![0, 2].includes(parameters.length - (learnedDf ? 1 : 0)))
      throw internalError("noise takes loc and logScale or neither");
    for (const parameter of parameters) expectParam("noise", "parameter", parameter, 1, variables);
    return [{ kind: "rows", cols: variables }];
  },
};
