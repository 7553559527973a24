/** What every column's encoder can do, and what it is made of. */
import type { HeapState } from "../cell/heaped-steps.ts";
import type { Interval } from "./interval.ts";
import type { MonotoneMapState } from "./monotone-map.ts";

/** How one column becomes one or two latent dimensions and comes back. */
export interface ColumnEncoder {
  readonly dims: number;
  /** Names of the dimensions' roles, such as "value" and "missing". */
  readonly roles: readonly string[];
  /** What a cell contributes to the row: "mixed" is a density that counts the mass of points over a distance. */
  readonly contribution: "density" | "probability" | "mixed";
  /**
   * Writes the latent coordinates of one cell at `z[offset...]`.
   *
   * @param code    NaN is missing
   * @param uniform the noise of the k-th dimension of this column, in (0, 1)
   * @returns the correction in nats: log|dz/dx| for a continuous cell, -log q(z|x) for a discrete one
   */
  encode(code: number, uniform: (k: number) => number, z: Float64Array, offset: number): number;
  /** The code at these latent coordinates; NaN is missing. */
  decode(z: ArrayLike<number>, offset: number): number;
  /**
   * The part of the value's axis of the values from `low` to `high`, where the column has any: whole intervals of discrete values. Either
   * may be infinite. Only of numbers and dates.
   */
  readonly between?: (low: number, high: number) => { readonly from: number; readonly to: number };
  /** The piece of the value's axis that a coordinate lies on: the interval of a discrete value, or a stretch of continuous ones. */
  pieceAt(z: number): AxisPiece;
  /** The indicator of a column whose cells may be missing (its last dimension); a category needs none. */
  readonly indicator?: { readonly present: Interval; readonly missing: Interval };
  /** A fixed latent coordinate of a code, for contexts and distances: the median of its interval. 0 for missing. */
  centre(code: number): number;
  /** The encoder as plain data, as a model file holds it. */
  toJSON(): ColumnEncoderState;
}

/** A piece of a column's latent axis. */
export interface AxisPiece {
  readonly lower: number;
  readonly upper: number;
  /** Whether every coordinate of it stands for the same cell. */
  readonly discrete: boolean;
  /** log of the standard normal's mass on it; finite also for a sliver whose ends round to one number. */
  readonly logMass: number;
}

/** What an encoder is made of: plain JSON, doubles exact. */
export type ColumnEncoderState =
  | {
      readonly kind: "number";
      readonly map: MonotoneMapState;
      /** Width that a point of mass takes on the stretched axis. */
      readonly pointMassWidth: number;
      /**
       * Per point of mass, in the column's unit: the distance that different values have around it. Its probability counts as a
       * density over that distance. Absent in older files: counts as a probability.
       */
      readonly pointMassSteps?: readonly number[];
      readonly sentinelShares?: readonly number[];
      readonly missingShare: number;
    }
  | {
      readonly kind: "grid";
      readonly map: MonotoneMapState;
      /** Widths of the steps, where multiples of some are more common. Absent: all alike. */
      readonly heaps?: HeapState;
      /** Shares of the sentinels: those below, then those above. */
      readonly sentinelShares?: readonly number[];
      readonly missingShare: number;
    }
  | {
      readonly kind: "category";
      /** Indices of the values in the order of their intervals; the index `values.length` is a missing cell. */
      readonly order: readonly number[];
      /** Shares of those intervals. */
      readonly shares: readonly number[];
    };

/** The piece of one discrete value. */
export function asPiece({ lower, upper, logMass }: Interval): AxisPiece {
  return { lower, upper, discrete: true, logMass };
}
