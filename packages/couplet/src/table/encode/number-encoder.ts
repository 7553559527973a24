import { type AxisPiece, type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { drawInInterval, interval, minusLogDrawDensity } from "./interval.ts";
import { monotoneMap } from "./monotone-map.ts";
import { roundTo } from "../cell/read-number.ts";
import type { NumericColumnSchema } from "../schema/schema.ts";

const WHOLE_AXIS: AxisPiece = { lower: -Infinity, upper: Infinity, discrete: false, logMass: 0 };

/**
 * Continuous values with points of mass. The axis is stretched: each atom becomes an interval of `atomWidth`, and what lies
 * above it moves up by as much, so that one monotone map serves both parts and the slope of the rest is unchanged. An atom's
 * probability counts over the distance that different values have around it, as a rounded value's does over the rounding step.
 */
export function numberEncoder(
  schema: NumericColumnSchema,
  state: ColumnEncoderState & { kind: "number" },
): ColumnEncoder {
  const map = monotoneMap(state.map);
  const atoms = schema.type === "number" ? (schema.atoms ?? []) : [];
  const { lower = -Infinity, upper = Infinity } = schema;
  const width = state.atomWidth;
  const ranges = atoms.map((value, j) =>
    interval(map.toZ(value + j * width), map.toZ(value + (j + 1) * width)),
  );
  const atomOf = new Map(atoms.map((value, j) => [value, j]));
  // A density beside densities: a probability would rank the row by the unit that the column happens to have.
  const logSteps = atoms.map((_, j) => Math.log(state.atomSteps?.[j] ?? 1));
  const decimals = schema.type === "number" ? (schema.decimals ?? Infinity) : 0;
  const place = (code: number): number => {
    // A value on an open bound stands for the nearest value inside.
    const inside = Math.min(Math.max(code, lower), upper);
    const x = stretched(inside, atoms, width);
    if (Number.isFinite(map.toZ(x))) return x;
    return x - Math.sign(map.toZ(x)) * 1e-9 * Math.max(Math.abs(x), width);
  };
  return {
    dims: 1,
    roles: ["value"],
    measure: atoms.length > 0 ? "mixed" : "density",
    encode(code, uniform, z, offset) {
      const atom = atomOf.get(code);
      if (atom !== undefined) {
        const drawn = drawInInterval(ranges[atom]!, uniform(0));
        z[offset] = drawn;
        return minusLogDrawDensity(ranges[atom]!, drawn) - logSteps[atom]!;
      }
      const x = place(code);
      z[offset] = map.toZ(x);
      return map.logSlope(x);
    },
    decode(z, offset) {
      const value = z[offset]!;
      const atom = ranges.findIndex((range) => value >= range.lower && value < range.upper);
      if (atom >= 0) return atoms[atom]!;
      const x = unstretched(map.fromZ(value), atoms, width);
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
      const atom = atomOf.get(code);
      return atom === undefined ? map.toZ(place(code)) : drawInInterval(ranges[atom]!, 0.5);
    },
    toJSON: () => state,
  };
}

/** A value's place on the stretched axis: `width` more for every atom below it. */
export function stretched(value: number, atoms: readonly number[], width: number): number {
  let below = 0;
  while (below < atoms.length && atoms[below]! < value) below++;
  return value + below * width;
}

function unstretched(x: number, atoms: readonly number[], width: number): number {
  let below = 0;
  while (below < atoms.length && x >= atoms[below]! + (below + 1) * width) below++;
  const value = x - below * width;
  // Inside an atom's interval (by rounding at its edge): the atom.
  return below < atoms.length ? Math.min(value, atoms[below]!) : value;
}
