/** A column some of whose values lie far from all others and stand for something else: -999, 9999-12-31. */
import { columnGrid } from "../cell/column-grid.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { type NumericColumnSchema, onGrid, type SentinelLists } from "../schema/schema.ts";
import { axisPart } from "./axis-part.ts";
import { boundedEncoder } from "./cut-encoder.ts";
import { asPiece, type ColumnEncoder } from "./encoder.ts";
import {
  drawInInterval,
  type Interval,
  intervalsOfShares,
  minusLogDrawDensity,
} from "./interval.ts";

/** Of a step: what keeps a bound clear of a value of the grid. */
const BESIDE = 0.01;

/**
 * Gives each sentinel an interval at its end of the axis, as wide as its share; all other values lie between them, on the part of the
 * axis that is left, with the encoder's distribution cut off at the sentinels.
 *
 * @param shares those of the sentinels below, then of those above
 */
export function withSentinels(
  value: ColumnEncoder,
  schema: NumericColumnSchema,
  { below = [], above = [] }: SentinelLists,
  shares: readonly number[],
): ColumnEncoder {
  const { marks, others } = sentinelRanges({ below, above }, shares);
  const logStep = schema.type === "number" ? Math.log(schema.resolution ?? 1) : 0;
  const inner = boundedEncoder(value, ...boundsBetween(schema, { below, above }));
  const { stretch, shrink } = axisPart(others);
  const markOf = new Map(marks.map(({ code, range }) => [code, range]));
  return {
    dims: 1,
    roles: ["value"],
    contribution:
      value.contribution === "density" && !onGrid(schema) ? "mixed" : value.contribution,
    encode(code, uniform, z, offset) {
      const range = markOf.get(code);
      if (range !== undefined) {
        const drawn = drawInInterval(range, uniform(0));
        z[offset] = drawn;
        return minusLogDrawDensity(range, drawn) - logStep;
      }
      const correction = inner.encode(code, uniform, z, offset);
      const own = z[offset]!;
      const placed = shrink(own);
      z[offset] = placed;
      return correction + logNormalDensity(own) + others.logMass - logNormalDensity(placed);
    },
    between(low, high) {
      const held = marks.filter(({ code }) => code >= low && code <= high);
      const part = inner.between!(low, high);
      const ends = [
        ...held.flatMap(({ range }) => [range.lower, range.upper]),
        ...(part.from < part.to ? [shrink(part.from), shrink(part.to)] : []),
      ];
      return ends.length === 0
        ? { from: Infinity, to: -Infinity }
        : { from: Math.min(...ends), to: Math.max(...ends) };
    },
    decode(z, offset) {
      const at = z[offset]!;
      const mark = marks.find(({ range }) => at >= range.lower && at < range.upper);
      return mark === undefined ? inner.decode([stretch(at)], 0) : mark.code;
    },
    pieceAt(z) {
      const mark = marks.find(({ range }) => z >= range.lower && z < range.upper);
      if (mark !== undefined) return asPiece(mark.range);
      const piece = inner.pieceAt(stretch(z));
      return {
        lower: Math.max(others.lower, shrink(piece.lower)),
        upper: Math.min(others.upper, shrink(piece.upper)),
        discrete: piece.discrete,
        logMass: piece.logMass + others.logMass,
      };
    },
    centre(code) {
      if (Number.isNaN(code)) return 0;
      const range = markOf.get(code);
      return range === undefined ? shrink(inner.centre(code)) : drawInInterval(range, 0.5);
    },
    toJSON: () => value.toJSON(),
  };
}

/** The parts of the axis that sentinels have, in the order of `shares`, and the one of all other values. */
export function sentinelRanges(
  { below = [], above = [] }: SentinelLists,
  shares: readonly number[],
): {
  readonly marks: readonly { readonly code: number; readonly range: Interval }[];
  readonly others: Interval;
} {
  const left = 1 - shares.reduce((sum, share) => sum + share, 0);
  const ranges = intervalsOfShares([
    ...shares.slice(0, below.length),
    left,
    ...shares.slice(below.length),
  ]);
  const marks = [
    ...below.map((code, i) => ({ code, range: ranges[i]! })),
    ...above.map((code, i) => ({ code, range: ranges[below.length + 1 + i]! })),
  ];
  return { marks, others: ranges[below.length]! };
}

/** The bounds of the values between the sentinels: no value of the grid is one of them. */
export function boundsBetween(
  schema: NumericColumnSchema,
  { below = [], above = [] }: SentinelLists,
): [number, number] {
  const beside = onGrid(schema) ? BESIDE * columnGrid(schema).step : 0;
  return [(below.at(-1) ?? -Infinity) + beside, (above[0] ?? Infinity) - beside];
}

/** The shares of a column's sentinels among its present cells, and the other cells. */
export function sentinelShares(
  present: Float64Array,
  { below = [], above = [] }: SentinelLists,
): { readonly shares: readonly number[]; readonly others: Float64Array } {
  const codes = [...below, ...above];
  const known = new Set(codes);
  const others = present.filter((code) => !known.has(code));
  const counts = codes.map((code) => present.filter((value) => value === code).length || 0.5);
  const total = counts.reduce((sum, count) => sum + count, others.length || 0.5);
  return { shares: counts.map((count) => count / total), others };
}
