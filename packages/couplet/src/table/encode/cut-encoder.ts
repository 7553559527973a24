/** Encoders of cells that relations narrow: cut off at bounds, to a list of values, or to nothing at all. */
import {
  logNormalDensity,
  logNormalMass,
  normalCdf,
  normalQuantileOfLog,
} from "../../statistics/normal.ts";
import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import { categoryEncoder } from "./category-encoder.ts";
import { drawInInterval, interval } from "./interval.ts";
import type { CategoryColumnSchema } from "../schema/schema.ts";

const WHOLE = interval(-Infinity, Infinity);

/** A standard normal has no more beyond it than 1e-15. */
const MOST_LATENT = 8;
/** Bounds that leave less of a column's distribution leave one value: far out a double has no more of them. */
const LEAST_LOG_MASS = -600;

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
  // Bounds that leave nothing leave the nearest value.
  const range = interval(from, to);
  if (!(from < to && range.logMass > LEAST_LOG_MASS))
    return constantEncoder(value, Number.isFinite(low) ? low : high);
  const stretch = (z: number): number => {
    if (z <= from) return -Infinity;
    if (z >= to) return Infinity;
    const below = logNormalMass(from, z) - range.logMass;
    const above = logNormalMass(z, to) - range.logMass;
    return below <= above ? normalQuantileOfLog(below) : -normalQuantileOfLog(above);
  };
  // A value on a bound itself stands for the nearest one inside.
  const inside = (z: number): number => Math.min(MOST_LATENT, Math.max(-MOST_LATENT, stretch(z)));
  const shrink = (z: number): number =>
    z === -Infinity ? from : z === Infinity ? to : drawInInterval(range, normalCdf(z));
  return {
    dims: 1,
    roles: ["value"],
    contribution: value.contribution,
    encode(code, uniform, z, offset) {
      const correction = value.encode(Math.min(Math.max(code, low), high), uniform, z, offset);
      const inner = z[offset]!;
      const outer = inside(inner);
      z[offset] = outer;
      return correction + logNormalDensity(inner) - logNormalDensity(outer) - range.logMass;
    },
    decode(z, offset) {
      const code = value.decode([shrink(z[offset]!)], 0);
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
    centre: (code) => inside(value.centre(code)),
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
