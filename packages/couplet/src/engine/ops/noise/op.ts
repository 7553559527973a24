/**
 * Draws from a base, addressed by row and column: z = loc + temperature exp(logScale) e, with e
 * standard normal (Box & Muller 1958), Student-t (Bailey 1994) or uniform on [-bound, bound].
 *
 * A row's numbers depend on the seed, the training step (0 outside training) and the row's number in the whole call only: not on
 * tiles or threads. Uniform draws take no location, scale or temperature.
 */
import { expectParam } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { internalError } from "../../../error.ts";

export type NoiseAttrs = {
  readonly variables: number;
  /**
   * `bins` is (k + 1/2) / 2^15 with k of 15 bits, moved to `bound` and 1 - `bound` where it is nearer to the edges: in (0, 1), and x + u is
   * exact in float32 for bytes x and bounds of a few bits.
   */
  readonly kind: "gaussian" | "studentT" | "uniform" | "bins";
  /** Uniform: half the width. Bins: how far from the edges draws stay. */
  readonly bound: number;
  /** Student-t: degrees of freedom when they are not learned. */
  readonly df: number;
  /** Student-t: the last input is log(df - 2) per variable. */
  readonly learnedDf: boolean;
};

/** [temperature (one per row), loc?, logScale?, logDf?] -> [z]; without inputs the temperature is 1. */
export const noise: OpDef<NoiseAttrs> = {
  name: "noise",
  infer([temperature, ...parameters], { variables, learnedDf }) {
    if (temperature !== undefined && temperature.kind !== "perRow")
      throw internalError("noise takes a temperature per row");
    if (![0, 2].includes(parameters.length - (learnedDf ? 1 : 0)))
      throw internalError("noise takes loc and logScale or neither");
    for (const parameter of parameters) expectParam("noise", "parameter", parameter, 1, variables);
    return [{ kind: "rows", cols: variables }];
  },
};
