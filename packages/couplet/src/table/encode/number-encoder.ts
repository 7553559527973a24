import { type AxisPiece, type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { drawInInterval, interval, minusLogDrawDensity } from "./interval.ts";
import { monotoneMap } from "./monotone-map.ts";
import { roundTo } from "../cell/read-number.ts";
import type { NumericColumnSchema } from "../schema/schema.ts";

const WHOLE_AXIS: AxisPiece = { lower: -Infinity, upper: Infinity, discrete: false, logMass: 0 };

/**
 * Continuous values with points of mass. The axis is stretched: each point of mass becomes an interval of `pointMassWidth`, and what lies
 * above it moves up by as much, so that one monotone map serves both parts and the slope of the rest is unchanged. A point's
 * probability counts over the distance that different values have around it, as a rounded value's does over the rounding step.
 */
export function numberEncoder(
  schema: NumericColumnSchema,
  state: ColumnEncoderState & { kind: "number" },
): ColumnEncoder {
  const map = monotoneMap(state.map);
  const pointMasses = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const { lower = -Infinity, upper = Infinity } = schema;
  const width = state.pointMassWidth;
  const ranges = pointMasses.map((value, j) =>
    interval(map.toZ(value + j * width), map.toZ(value + (j + 1) * width)),
  );
  const pointMassOf = new Map(pointMasses.map((value, j) => [value, j]));
  // A density beside densities: a probability would rank the row by the unit that the column happens to have.
  const logSteps = pointMasses.map((_, j) => Math.log(state.pointMassSteps?.[j] ?? 1));
  const decimals = schema.type === "number" ? (schema.decimals ?? Infinity) : 0;
  const place = (code: number): number => {
    // A value on an open bound stands for the nearest value inside.
    const inside = Math.min(Math.max(code, lower), upper);
    const x = stretched(inside, pointMasses, width);
    if (Number.isFinite(map.toZ(x))) return x;
    return x - Math.sign(map.toZ(x)) * 1e-9 * Math.max(Math.abs(x), width);
  };
  return {
    dims: 1,
    roles: ["value"],
    contribution: pointMasses.length > 0 ? "mixed" : "density",
    encode(code, uniform, z, offset) {
      const pointMass = pointMassOf.get(code);
      if (pointMass !== undefined) {
        const drawn = drawInInterval(ranges[pointMass]!, uniform(0));
        z[offset] = drawn;
        return minusLogDrawDensity(ranges[pointMass]!, drawn) - logSteps[pointMass]!;
      }
      const x = place(code);
      z[offset] = map.toZ(x);
      return map.logSlope(x);
    },
    between(low, high) {
      const [first, last] = [pointMassOf.get(low), pointMassOf.get(high)];
      return {
        from:
          low <= lower
            ? -Infinity
            : first === undefined
              ? map.toZ(stretched(low, pointMasses, width))
              : ranges[first]!.lower,
        to:
          high >= upper
            ? Infinity
            : last === undefined
              ? map.toZ(stretched(high, pointMasses, width))
              : ranges[last]!.upper,
      };
    },
    decode(z, offset) {
      const value = z[offset]!;
      const pointMass = ranges.findIndex((range) => value >= range.lower && value < range.upper);
      if (pointMass >= 0) return pointMasses[pointMass]!;
      const x = unstretched(map.fromZ(value), pointMasses, width);
      return roundTo(Math.min(upper, Math.max(lower, x)), decimals) + 0;
    },
    pieceAt(z) {
      if (ranges.length === 0) return WHOLE_AXIS;
      const above = ranges.findIndex((range) => z < range.upper);
      const next = ranges[above];
      if (next !== undefined && z >= next.lower) return asPiece(next);
      const below = above < 0 ? ranges[ranges.length - 1] : ranges[above - 1];
      const [lower, upper] = [below?.upper ?? -Infinity, next?.lower ?? Infinity];
      return { lower, upper, discrete: false, logMass: interval(lower, upper).logMass };
    },
    centre(code) {
      if (Number.isNaN(code)) return 0;
      const pointMass = pointMassOf.get(code);
      return pointMass === undefined
        ? map.toZ(place(code))
        : drawInInterval(ranges[pointMass]!, 0.5);
    },
    toJSON: () => state,
  };
}

/** A value's place on the stretched axis: `width` more for every point of mass below it. */
export function stretched(value: number, pointMasses: readonly number[], width: number): number {
  let below = 0;
  while (below < pointMasses.length && pointMasses[below]! < value) below++;
  return value + below * width;
}

function unstretched(x: number, pointMasses: readonly number[], width: number): number {
  let below = 0;
  while (below < pointMasses.length && x >= pointMasses[below]! + (below + 1) * width) below++;
  const value = x - below * width;
  // Inside a point's interval (by rounding at its edge): the point.
  return below < pointMasses.length ? Math.min(value, pointMasses[below]!) : value;
}
