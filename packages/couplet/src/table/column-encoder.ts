import type { CategoryColumnSchema, NumericColumnSchema } from "./schema.ts";
import {
  type Interval,
  drawInInterval,
  interval,
  intervalsOfShares,
  minusLogDrawDensity,
} from "./interval.ts";
import { type MonotoneMapState, monotoneMap } from "./monotone-map.ts";
import { logNormalDensity } from "./normal.ts";
import { roundTo } from "./read-number.ts";

/** How one column becomes one or two latent dimensions and comes back. */
export interface ColumnEncoder {
  readonly dims: number;
  /** Names of the dimensions' roles, such as "value" and "missing". */
  readonly roles: readonly string[];
  /** What a cell contributes to the row: "mixed" is a density with points of mass. */
  readonly measure: "density" | "probability" | "mixed";
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
  /** The piece of the value's axis that a coordinate lies on: the interval of a discrete value, or a stretch of continuous ones. */
  pieceAt(z: number): AxisPiece;
  /** The indicator of a column whose cells may be missing (its last dimension); a category needs none. */
  readonly indicator?: { readonly present: Interval; readonly missing: Interval };
  /** A fixed latent coordinate of a code, for contexts and distances: the median of its interval. 0 for missing. */
  centre(code: number): number;
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

const WHOLE_AXIS: AxisPiece = { lower: -Infinity, upper: Infinity, discrete: false, logMass: 0 };

/** What an encoder is made of: plain JSON, doubles exact. */
export type ColumnEncoderState =
  | {
      readonly kind: "number";
      readonly map: MonotoneMapState;
      /** Width that a point of mass takes on the stretched axis. */
      readonly atomWidth: number;
      readonly missingShare: number;
    }
  | { readonly kind: "grid"; readonly map: MonotoneMapState; readonly missingShare: number }
  | {
      readonly kind: "category";
      /** Indices of the values in the order of their intervals; the index `values.length` is a missing cell. */
      readonly order: readonly number[];
      /** Shares of those intervals. */
      readonly shares: readonly number[];
    };

/** Builds a column's encoder from its fitted state. */
export function columnEncoder(
  schema: NumericColumnSchema | CategoryColumnSchema,
  state: ColumnEncoderState,
): ColumnEncoder {
  if (state.kind === "category") return categoryEncoder(schema as CategoryColumnSchema, state);
  const numeric = schema as NumericColumnSchema;
  const value = state.kind === "grid" ? gridEncoder(numeric, state) : numberEncoder(numeric, state);
  return state.missingShare > 0 ? withIndicator(value, state.missingShare) : value;
}

function categoryEncoder(
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
    measure: "probability",
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

function asPiece({ lower, upper, logMass }: Interval): AxisPiece {
  return { lower, upper, discrete: true, logMass };
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

/**
 * Whole multiples of a step: each value is the interval half a step to either side of it. A column with a `resolution` is
 * given as a density: the interval's probability over the step.
 */
function gridEncoder(
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

/**
 * Continuous values with points of mass. The axis is stretched: each atom becomes an interval of `atomWidth`, and what lies
 * above it moves up by as much, so that one monotone map serves both parts and the slope of the rest is unchanged.
 */
function numberEncoder(
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
        return minusLogDrawDensity(ranges[atom]!, drawn);
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

/**
 * Adds a dimension that says whether the cell is missing. The value dimension of a missing cell is filled with a standard normal
 * number, and `-log phi` of it is added, so that it is integrated out: an importance sample of its integral.
 */
function withIndicator(value: ColumnEncoder, missingShare: number): ColumnEncoder {
  const [present, missing] = intervalsOfShares([1 - missingShare, missingShare]) as [
    Interval,
    Interval,
  ];
  const whole = interval(-Infinity, Infinity);
  return {
    dims: value.dims + 1,
    roles: [...value.roles, "missing"],
    measure: value.measure,
    encode(code, uniform, z, offset) {
      const isMissing = Number.isNaN(code);
      const range = isMissing ? missing : present;
      const drawn = drawInInterval(range, uniform(value.dims));
      z[offset + value.dims] = drawn;
      const correction = minusLogDrawDensity(range, drawn);
      if (!isMissing) return correction + value.encode(code, uniform, z, offset);
      const fill = drawInInterval(whole, uniform(0));
      z[offset] = fill;
      return correction - logNormalDensity(fill);
    },
    decode: (z, offset) =>
      z[offset + value.dims]! >= missing.lower ? NaN : value.decode(z, offset),
    pieceAt: (z) => value.pieceAt(z),
    indicator: { present, missing },
    centre: (code) => value.centre(code),
    toJSON: () => value.toJSON(),
  };
}
