import { logNormalCdf, logNormalDensity, normalQuantileOfLog } from "../../statistics/normal.ts";

/**
 * A strictly increasing, smooth map from a column's axis to the axis of a standard normal, with its exact logarithmic slope.
 * A value x whose image is standard normal has the density `phi(toZ(x)) exp(logSlope(x))`.
 */
export interface MonotoneMap {
  toZ(x: number): number;
  /** log dz/dx. */
  logSlope(x: number): number;
  fromZ(z: number): number;
  toJSON(): MonotoneMapState;
}

/**
 * Beyond the outermost knot, with tail mass p at the knot and t the distance from it:
 *
 *   pareto: mass p (1 + shape t / scale)^(-1/shape), and p exp(-t / scale) for shape 0
 *   power:  mass p ((bound - x) / (bound - knot))^exponent, nothing beyond the bound
 */
export type Tail =
  | { readonly kind: "pareto"; readonly shape: number; readonly scale: number }
  | { readonly kind: "power"; readonly bound: number; readonly exponent: number };

/** What a map is made of: plain JSON, doubles exact. */
export type MonotoneMapState =
  | { readonly kind: "affine"; readonly centre: number; readonly scale: number }
  | {
      readonly kind: "spline";
      /** Knots, ascending in both. */
      readonly x: readonly number[];
      readonly z: readonly number[];
      /** dz/dx on the left and on the right side of each knot (they differ only at a point of mass). */
      readonly left: readonly number[];
      readonly right: readonly number[];
      readonly lower: Tail;
      readonly upper: Tail;
    };

/** Builds a map from its state. */
export function monotoneMap(state: MonotoneMapState): MonotoneMap {
  if (state.kind === "affine") return affineMap(state);
  const { unit, inUnit } = moderateUnit(Math.max(...state.left, ...state.right));
  return inUnit ? splineMap(state) : rescaledMap(state, unit);
}

/** Squares of slopes are doubles within this. */
const MOST_EXTREME = 1e140;

/**
 * The power of two that brings a slope near 1, and whether it is moderate as it is. Powers of two are exact: a column in another unit has
 * the same digits.
 */
export function moderateUnit(slope: number): { readonly unit: number; readonly inUnit: boolean } {
  const inUnit = slope === 0 || (slope <= MOST_EXTREME && slope >= 1 / MOST_EXTREME);
  return {
    unit: inUnit ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.round(Math.log2(slope)))),
    inUnit,
  };
}

/** A map of `unit` times the axis, as one of the axis. */
function rescaledMap(state: MonotoneMapState & { kind: "spline" }, unit: number): MonotoneMap {
  const inner = splineMap(rescaled(state, unit));
  const most = Number.MAX_VALUE;
  // Far beyond the column's values the product leaves the range of doubles; so does, seldom, a tail's draw.
  const inUnits = (x: number) => Math.min(1e300, Math.max(-1e300, x * unit));
  return {
    toZ: (x) => inner.toZ(inUnits(x)),
    logSlope: (x) => inner.logSlope(inUnits(x)) + Math.log(unit),
    fromZ: (z) => Math.min(most, Math.max(-most, inner.fromZ(z) / unit)),
    toJSON: () => state,
  };
}

/** The state of a map on an axis of which each number is `unit` times one here. */
export function rescaled<S extends MonotoneMapState & { kind: "spline" }>(
  state: S,
  unit: number,
): S {
  const tail = (own: Tail): Tail =>
    own.kind === "pareto"
      ? { ...own, scale: own.scale * unit }
      : { ...own, bound: own.bound * unit };
  return {
    ...state,
    x: state.x.map((x) => x * unit),
    left: state.left.map((slope) => slope / unit),
    right: state.right.map((slope) => slope / unit),
    lower: tail(state.lower),
    upper: tail(state.upper),
  };
}

function affineMap(state: MonotoneMapState & { kind: "affine" }): MonotoneMap {
  const { centre, scale } = state;
  return {
    toZ: (x) => (x - centre) / scale,
    logSlope: () => -Math.log(scale),
    fromZ: (z) => centre + scale * z,
    toJSON: () => state,
  };
}

/** log of the mass beyond x, relative to the knot's. A power law is computed from its bound, where it needs its digits. */
function logTailMass(tail: Tail, x: number, knot: number): number {
  if (tail.kind === "power")
    return tail.exponent * Math.log((x - tail.bound) / (knot - tail.bound));
  const t = Math.abs(x - knot);
  return tail.shape > 0 ? -Math.log1p((tail.shape * t) / tail.scale) / tail.shape : -t / tail.scale;
}

/** log of the density at x, relative to the knot's mass. */
function logTailDensity(tail: Tail, x: number, knot: number): number {
  if (tail.kind === "power") {
    const width = knot - tail.bound;
    return (
      Math.log(tail.exponent / Math.abs(width)) +
      (tail.exponent - 1) * Math.log((x - tail.bound) / width)
    );
  }
  const t = Math.abs(x - knot);
  const decay =
    tail.shape > 0
      ? (1 + 1 / tail.shape) * Math.log1p((tail.shape * t) / tail.scale)
      : t / tail.scale;
  return -Math.log(tail.scale) - decay;
}

/** The x beyond which the mass, relative to the knot's, has this logarithm. `side` is -1 below, 1 above. */
function tailPoint(tail: Tail, logMass: number, knot: number, side: number): number {
  if (tail.kind === "power")
    return tail.bound + (knot - tail.bound) * Math.exp(logMass / tail.exponent);
  const t =
    tail.shape > 0
      ? (tail.scale * Math.expm1(-logMass * tail.shape)) / tail.shape
      : -logMass * tail.scale;
  return knot + side * t;
}

/** Whether x lies on or beyond a hard bound. */
function isBeyond(tail: Tail, x: number, knot: number): boolean {
  return tail.kind === "power" && (x - tail.bound) / (knot - tail.bound) <= 0;
}

/** log dz/dt at the outermost knot, on the tail's side. */
export function logTailSlope(tail: Tail, knot: number, zKnot: number): number {
  return (
    logNormalCdf(-Math.abs(zKnot)) + logTailDensity(tail, knot, knot) - logNormalDensity(zKnot)
  );
}

function splineMap(state: MonotoneMapState & { kind: "spline" }): MonotoneMap {
  const { lower, upper } = state;
  const x = Float64Array.from(state.x);
  const z = Float64Array.from(state.z);
  const left = Float64Array.from(state.left);
  const right = Float64Array.from(state.right);
  const last = x.length - 1;
  // Tail masses at the two outermost knots; each tail is computed in the logarithm of its own small mass.
  const logLower = logNormalCdf(z[0]!);
  const logUpper = logNormalCdf(-z[last]!);
  const toZ = (value: number): number => {
    if (value < x[0]!)
      return isBeyond(lower, value, x[0]!)
        ? -Infinity
        : normalQuantileOfLog(logLower + logTailMass(lower, value, x[0]!));
    if (value > x[last]!)
      return isBeyond(upper, value, x[last]!)
        ? Infinity
        : -normalQuantileOfLog(logUpper + logTailMass(upper, value, x[last]!));
    if (last === 0) return z[0]!;
    const k = binOf(x, value);
    const w = x[k + 1]! - x[k]!;
    const h = z[k + 1]! - z[k]!;
    const s = h / w;
    const t = (value - x[k]!) / w;
    const d0 = right[k]!;
    const d1 = left[k + 1]!;
    return z[k]! + (h * (s * t * t + d0 * t * (1 - t))) / (s + (d0 + d1 - 2 * s) * t * (1 - t));
  };

  const logSlope = (value: number): number => {
    // On or beyond a bound there is no density: the caller keeps values inside.
    if (value < x[0]!)
      return isBeyond(lower, value, x[0]!)
        ? -Infinity
        : logLower + logTailDensity(lower, value, x[0]!) - logNormalDensity(toZ(value));
    if (value > x[last]!)
      return isBeyond(upper, value, x[last]!)
        ? -Infinity
        : logUpper + logTailDensity(upper, value, x[last]!) - logNormalDensity(toZ(value));
    if (last === 0) return logTailSlope(lower, x[0]!, z[0]!);
    const k = binOf(x, value);
    const w = x[k + 1]! - x[k]!;
    const s = (z[k + 1]! - z[k]!) / w;
    const t = (value - x[k]!) / w;
    const d0 = right[k]!;
    const d1 = left[k + 1]!;
    const numerator = d1 * t * t + 2 * s * t * (1 - t) + d0 * (1 - t) * (1 - t);
    return (
      2 * Math.log(s) + Math.log(numerator) - 2 * Math.log(s + (d0 + d1 - 2 * s) * t * (1 - t))
    );
  };

  const fromZ = (value: number): number => {
    if (value < z[0]!) return tailPoint(lower, logNormalCdf(value) - logLower, x[0]!, -1);
    if (value > z[last]!) return tailPoint(upper, logNormalCdf(-value) - logUpper, x[last]!, 1);
    if (last === 0) return x[0]!;
    const k = binOf(z, value);
    const w = x[k + 1]! - x[k]!;
    const h = z[k + 1]! - z[k]!;
    return x[k]! + w * inverseFraction((value - z[k]!) / h, h / w, right[k]!, left[k + 1]!);
  };

  return { toZ, logSlope, fromZ, toJSON: () => state };
}

/** Where in its bin a rational-quadratic spline takes the fraction `y` of its height: the normalised quadratic. */
function inverseFraction(y: number, s: number, d0: number, d1: number): number {
  const q = d0 + d1 - 2 * s;
  const c = -s * y;
  const b = d0 - q * y;
  const a = s - b;
  const root = Math.sqrt(Math.max(b * b - 4 * a * c, 0));
  const t = b >= 0 ? (2 * c) / (-b - root) : (-b + root) / (2 * a);
  return Math.min(1, Math.max(0, t));
}

/** The bin k with knots[k] <= value <= knots[k + 1]. */
function binOf(knots: Float64Array, value: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (knots[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
