import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import {
  type Interval,
  drawInInterval,
  intervalsOfShares,
  minusLogDrawDensity,
} from "./interval.ts";
import type { CategoryColumnSchema } from "../schema/schema.ts";

/** A category: an interval per value, as wide as its share; a missing cell is one more value. */
export function categoryEncoder(
  schema: CategoryColumnSchema,
  state: ColumnEncoderState & { kind: "category" },
): ColumnEncoder {
  const intervals = intervalsOfShares(state.shares);
  const missing = schema.values.length;
  const place = new Map(state.order.map((value, i) => [value, i]));
  const edges = intervals.map((range) => range.lower);
  const rangeOf = (code: number): Interval =>
    intervals[place.get(Number.isNaN(code) ? missing : code)!]!;
  return {
    dims: 1,
    roles: ["value"],
    contribution: "probability",
    encode(code, uniform, z, offset) {
      const range = rangeOf(code);
      const drawn = drawInInterval(range, uniform(0));
      z[offset] = drawn;
      return minusLogDrawDensity(range, drawn);
    },
    decode(z, offset) {
      const value = state.order[lastAtMost(edges, z[offset]!)]!;
      return value === missing ? NaN : value;
    },
    pieceAt: (z) => asPiece(intervals[lastAtMost(edges, z)]!),
    centre: (code) => drawInInterval(rangeOf(code), 0.5),
    toJSON: () => state,
  };
}

/** The last index with edges[index] <= value; 0 when there is none. */
function lastAtMost(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
