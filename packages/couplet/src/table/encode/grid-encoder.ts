import { stepAxis } from "../cell/heaped-steps.ts";
import { columnGrid } from "../cell/column-grid.ts";
import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { type Interval, drawInInterval, interval, minusLogDrawDensity } from "./interval.ts";
import { monotoneMap } from "./monotone-map.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import type { NumericColumnSchema } from "../schema/schema.ts";

/**
 * Values that come in steps: each value is the interval half a step to either side of it. A column with a `resolution` is
 * given as a density: the interval's probability over the step.
 */
export function gridEncoder(
  schema: NumericColumnSchema,
  state: ColumnEncoderState & { kind: "grid" },
): ColumnEncoder {
  const map = monotoneMap(state.map);
  const grid = columnGrid(schema);
  const { first: lower, last: upper } = grid;
  const axis = stepAxis(state.heaps);
  const cache = new Map<number, Interval>();
  const logStep = schema.type === "number" ? Math.log(grid.step) : 0;
  const rangeOf = (k: number): Interval => {
    let range = cache.get(k);
    if (range === undefined) {
      range = interval(
        k <= lower ? -Infinity : map.toZ(axis.edgeAbove(k - 1)),
        k >= upper ? Infinity : map.toZ(axis.edgeAbove(k)),
      );
      // Far out both ends may round to the same number: a sliver as wide as the map's slope says.
      if (!Number.isFinite(range.logMass)) {
        const [from, to] = [axis.edgeAbove(k - 1), axis.edgeAbove(k)];
        const slope = map.logSlope(0.5 * (from + to)) + Math.log(to > from ? to - from : 1);
        range = { ...range, logMass: logNormalDensity(range.lower) + slope };
      }
      // A column with very many values would otherwise keep them all.
      if (cache.size > 65_536) cache.clear();
      cache.set(k, range);
    }
    return range;
  };
  const indexAt = (value: number): number => {
    const k = Math.min(upper, Math.max(lower, axis.indexAt(map.fromZ(value))));
    // Rounding of the inverse may land in the neighbour: the intervals decide.
    if (value < rangeOf(k).lower && k > lower) return k - 1;
    return value >= rangeOf(k).upper && k < upper ? k + 1 : k;
  };
  return {
    dims: 1,
    roles: ["value"],
    contribution: schema.type === "number" ? "density" : "probability",
    encode(code, uniform, z, offset) {
      const range = rangeOf(grid.indexOf(code));
      const drawn = drawInInterval(range, uniform(0));
      z[offset] = drawn;
      return minusLogDrawDensity(range, drawn) - logStep;
    },
    between(low, high) {
      // A bound between two values of the grid leaves the one inside.
      const first = Math.max(lower, Math.ceil(grid.placeOf(low)));
      const last = Math.min(upper, Math.floor(grid.placeOf(high)));
      return {
        from: first > lower ? rangeOf(first).lower : -Infinity,
        to: last < upper ? rangeOf(last).upper : Infinity,
      };
    },
    decode: (z, offset) => grid.valueAt(indexAt(z[offset]!)),
    pieceAt: (z) => asPiece(rangeOf(indexAt(z))),
    centre: (code) => (Number.isNaN(code) ? 0 : drawInInterval(rangeOf(grid.indexOf(code)), 0.5)),
    toJSON: () => state,
  };
}
