/**
 * Draws from a base, addressed by row and column: z = loc + temperature exp(logScale) e, with e
 * standard normal (Box & Muller 1958), Student-t (Bailey 1994) or uniform on [-bound, bound].
 *
 * A row's numbers depend on the seed and the row's number in the whole call only: not on tiles or
 * threads. Uniform draws take no location, scale or temperature.
 */
import { columnWord } from "../../../random/column-words.ts";
import { expectParam } from "../../value.ts";
import type { OpDef, Tensor } from "../../op.ts";
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

/** Every column has two words: the third counter word tells them apart. */
const STREAMS = [0, 1] as const;

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
  reference(
    [temperature, ...parameters],
    { variables, kind, bound, df, learnedDf },
    { rows, row0, seed },
  ) {
    const logDf = learnedDf ? parameters.pop() : undefined;
    const [loc, logScale] = parameters;
    const data = new Float64Array(rows * variables);
    for (let i = 0; i < data.length; i++) {
      const j = i % variables;
      const r = Math.floor(i / variables);
      const [u, v] = STREAMS.map(
        (stream) => (columnWord(row0 + r, j, stream, 0, seed) + 0.5) / 2 ** 32,
      ) as [number, number];
      if (kind === "uniform") {
        data[i] = bound * (2 * u - 1);
        continue;
      }
      const nu = logDf === undefined ? df : 2 + Math.exp(logDf.data[j]!);
      const square =
        kind === "gaussian" ? -2 * Math.log(u) : nu * Math.expm1((-2 / nu) * Math.log(u));
      const scale = temperature!.data[r]! * Math.exp(logScale?.data[j] ?? 0);
      data[i] = (loc?.data[j] ?? 0) + scale * Math.sqrt(square) * Math.cos(2 * Math.PI * v);
    }
    return [{ rows, cols: variables, data } satisfies Tensor];
  },
};
