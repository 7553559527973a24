import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { type Interval, drawInInterval, interval, minusLogDrawDensity } from "./interval.ts";
import { monotoneMap } from "./monotone-map.ts";
import { logNormalDensity } from "./normal.ts";
import { roundTo } from "./read-number.ts";
import type { NumericColumnSchema } from "./schema.ts";

/**
 * Whole multiples of a step: each value is the interval half a step to either side of it. A column with a `resolution` is
 * given as a density: the interval's probability over the step.
 */
export function gridEncoder(
  schema: NumericColumnSchema,
  state: ColumnEncoderState & { kind: "grid" },
): ColumnEncoder {
  const map = monotoneMap(state.map);
  const step = stepOf(schema);
  const lower = schema.lower === undefined ? -Infinity : Math.ceil(schema.lower / step - 1e-9);
  const upper = schema.upper === undefined ? Infinity : Math.floor(schema.upper / step + 1e-9);
  const cache = new Map<number, Interval>();
  const logStep = schema.type === "number" ? Math.log(step) : 0;
  const rangeOf = (k: number): Interval => {
    let range = cache.get(k);
    if (range === undefined) {
      range = interval(
        k <= lower ? -Infinity : map.toZ(k - 0.5),
        k >= upper ? Infinity : map.toZ(k + 0.5),
      );
      // Far out both ends may round to the same number: a sliver as wide as the map's slope says.
      if (!Number.isFinite(range.logMass))
        range = { ...range, logMass: logNormalDensity(range.lower) + map.logSlope(k) };
      // A column with very many values would otherwise keep them all.
      if (cache.size > 65_536) cache.clear();
      cache.set(k, range);
    }
    return range;
  };
  const indexAt = (value: number): number => {
    const k = Math.min(upper, Math.max(lower, Math.round(map.fromZ(value))));
    // Rounding of the inverse may land in the neighbour: the intervals decide.
    if (value < rangeOf(k).lower && k > lower) return k - 1;
    return value >= rangeOf(k).upper && k < upper ? k + 1 : k;
  };
  const decimals = schema.type === "number" ? (schema.decimals ?? 15) : 0;
  return {
    dims: 1,
    roles: ["value"],
    measure: schema.type === "number" ? "density" : "probability",
    encode(code, uniform, z, offset) {
      const range = rangeOf(Math.round(code / step));
      const drawn = drawInInterval(range, uniform(0));
      z[offset] = drawn;
      return minusLogDrawDensity(range, drawn) - logStep;
    },
    decode(z, offset) {
      const k = indexAt(z[offset]!);
      // + 0: rounding from below zero gives -0, which no table holds.
      return (step === 1 ? k : roundTo(k * step, decimals)) + 0;
    },
    pieceAt: (z) => asPiece(rangeOf(indexAt(z))),
    centre: (code) =>
      Number.isNaN(code) ? 0 : drawInInterval(rangeOf(Math.round(code / step)), 0.5),
    toJSON: () => state,
  };
}

/** The step of a column on a grid: 1 for whole numbers and dates. */
export function stepOf(schema: NumericColumnSchema): number {
  return schema.type === "number" || schema.type === "integer" ? (schema.resolution ?? 1) : 1;
}
