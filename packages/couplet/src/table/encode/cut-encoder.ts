/** Encoders of cells that relations narrow: cut off at bounds, to a list of values, or to nothing at all. */
import { logNormalDensity } from "../../statistics/normal.ts";
import { axisPart, insideAxis } from "./axis-part.ts";
import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { categoryEncoder } from "./category-encoder.ts";
import { drawInInterval, interval } from "./interval.ts";
import type { CategoryColumnSchema } from "../schema/schema.ts";

const WHOLE = interval(-Infinity, Infinity);

/** Bounds that leave less of a column's distribution leave one value: far out a double has no more of them. */
export const LEAST_LOG_MASS = -600;

/**
 * A variable that says nothing: filled with a standard normal number, and `-log phi` of it is added, so that it is integrated out.
 *
 * @returns the correction in nats
 */
export function fill(uniform: number, z: Float64Array, at: number): number {
  const drawn = drawInInterval(WHOLE, uniform);
  z[at] = drawn;
  return -logNormalDensity(drawn);
}

/**
 * The values of a column from `low` to `high`: its axis between the edges `a` and `b` of them, stretched to the whole axis so that a
 * standard normal there is the standard normal cut off at `a` and `b` here,
 *
 *   Phi(z') = (Phi(z) - Phi(a)) / (Phi(b) - Phi(a)),   dz'/dz = phi(z) / (phi(z') (Phi(b) - Phi(a)))
 */
export function boundedEncoder(value: ColumnEncoder, low: number, high: number): ColumnEncoder {
  const { from, to } = value.between!(low, high);
  // Bounds that leave nothing leave the nearest value of the column.
  const range = interval(from, to);
  if (!(from < to && range.logMass > LEAST_LOG_MASS)) {
    // Where the column itself ends before the bound, its last value is the nearest.
    const last = (z: number) => value.decode([insideAxis(z)], 0);
    const nearest = Number.isFinite(low)
      ? Math.min(low, last(Infinity))
      : Math.max(high, last(-Infinity));
    return constantEncoder(value, nearest);
  }
  const { stretch, shrink } = axisPart(range);
  return {
    dims: 1,
    roles: ["value"],
    contribution: value.contribution,
    encode(code, uniform, z, offset) {
      const correction = value.encode(Math.min(Math.max(code, low), high), uniform, z, offset);
      const inner = z[offset]!;
      const outer = insideAxis(stretch(inner));
      z[offset] = outer;
      return correction + logNormalDensity(inner) - logNormalDensity(outer) - range.logMass;
    },
    between(from, to) {
      const part = value.between!(Math.max(from, low), Math.min(to, high));
      return { from: stretch(part.from), to: stretch(part.to) };
    },
    decode(z, offset) {
      // Beyond the axis' end the part cut off has rounded to nothing, and the value with it.
      const code = value.decode([shrink(insideAxis(z[offset]!))], 0);
      return Math.min(Math.max(code, low), high);
    },
    pieceAt(z) {
      const piece = value.pieceAt(shrink(z));
      return {
        lower: stretch(piece.lower),
        upper: stretch(piece.upper),
        discrete: piece.discrete,
        logMass: piece.logMass - range.logMass,
      };
    },
    centre: (code) => insideAxis(stretch(value.centre(code))),
    toJSON: () => value.toJSON(),
  };
}

/** One value that bounds have left: its variable says nothing. */
function constantEncoder(value: ColumnEncoder, code: number): ColumnEncoder {
  return {
    ...value,
    encode: (_, uniform, z, offset) => fill(uniform(0), z, offset),
    decode: () => code,
    pieceAt: () => asPiece(WHOLE),
    centre: () => 0,
  };
}

/** A category of which only some values are left, in their shares among each other. `values.length` is a missing cell. */
export function someValuesEncoder(
  schema: CategoryColumnSchema,
  state: ColumnEncoderState & { kind: "category" },
  left: readonly number[],
): ColumnEncoder {
  const kept = state.order.flatMap((value, i) =>
    left.includes(value) ? [{ value, share: state.shares[i]! }] : [],
  );
  const sum = kept.reduce((total, { share }) => total + share, 0);
  return categoryEncoder(schema, {
    kind: "category",
    order: kept.map(({ value }) => value),
    shares: kept.map(({ share }) => share / sum),
  });
}
