/**
 * Monotone rational-quadratic spline on [-B, B], one variable, in float64.
 *
 * Parameters: K width logits, K height logits, then derivative logits. Outside the box the spline goes on by its tails:
 *
 *   identity  y = x; slope 1 at the box's ends: derivative logits of the K - 1 interior knots
 *   linear    y = +-B + d (x -+ B) with the slope d of the end's knot; logits of all K + 1 knots
 *   circular  y(x + 2B m) = y(x) + 2B m, a bijection of the circle [-B, B); the first and the last knot share a slope: K logits
 *   free      y = x, beside learned slopes at the box's ends; logits of all K + 1 knots
 *
 * In a bin with
 * left knot (xl, yl), width w, height h, mean slope s = h / w, derivatives d0, d1 at its ends, and
 * theta = (x - xl) / w, phi = theta (1 - theta), q = d0 + d1 - 2s:
 *
 *   y     = yl + h (s theta^2 + d0 phi) / (s + q phi)
 *   dy/dx = s^2 (d1 theta^2 + 2 s phi + d0 (1 - theta)^2) / (s + q phi)^2
 *
 * @see Durkan et al. 2019, eq. 4-8, https://arxiv.org/abs/1906.04032; Rezende et al. 2020, Normalizing Flows on Tori and
 *   Spheres, https://arxiv.org/abs/2002.02428 (circular)
 */
import { transformReference } from "../../device/reference/transform-reference.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { logitOf, splineKnots } from "./knots.ts";
import type { RationalQuadraticOptions } from "./knots.ts";
import * as ops from "./op.ts";

interface Bin {
  readonly index: number;
  readonly xl: number;
  readonly w: number;
  readonly yl: number;
  readonly h: number;
  readonly d0: number;
  readonly d1: number;
  /** Softmax of the width and height logits. */
  readonly widths: Float64Array;
  readonly heights: Float64Array;
}

/** The bin that holds `v`, searched among the x-knots or the y-knots. */
function locate(
  v: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
  axis: "x" | "y",
): Bin {
  const { bins } = options;
  const { x, y, slopes, widths, heights } = splineKnots(p, options);
  const searched = axis === "x" ? x : y;
  let index = 0;
  for (let k = 1; k < bins; k++) if (v >= searched[k]!) index++;
  return {
    index,
    xl: x[index]!,
    w: x[index + 1]! - x[index]!,
    yl: y[index]!,
    h: y[index + 1]! - y[index]!,
    d0: slopes[index]!,
    d1: slopes[index + 1]!,
    widths,
    heights,
  };
}

/** log dy/dx at theta. */
function logSlope({ w, h, d0, d1 }: Bin, theta: number): number {
  const s = h / w;
  const phi = theta * (1 - theta);
  const numerator = d1 * theta ** 2 + 2 * s * phi + d0 * (1 - theta) ** 2;
  return 2 * Math.log(s) + Math.log(numerator) - 2 * Math.log(s + (d0 + d1 - 2 * s) * phi);
}

/** theta of the y in the bin: the root of the normalised quadratic that lies in [0, 1]. */
function solve(y: number, { w, yl, h, d0, d1 }: Bin): number {
  const z = Math.min(Math.max((y - yl) / h, 0), 1);
  const s = h / w;
  const b = d0 - (d0 + d1 - 2 * s) * z;
  const a = s - b;
  const c = -s * z;
  const root = Math.sqrt(Math.max(b * b - 4 * a * c, 0));
  const theta = b >= 0 ? (2 * c) / (-b - root) : (-b + root) / (2 * a);
  return Math.min(Math.max(theta, 0), 1);
}

/** Where the spline is evaluated for an argument: itself, or what stands for it on the circle or at the box's end. */
interface Placed {
  /** In the box. */
  readonly inside: number;
  /** The argument minus `inside`. */
  readonly beyond: number;
}

/** `undefined` where the map is the identity: outside the box unless tails say otherwise, and for infinities and NaN. */
function placed(v: number, { tails, bound }: RationalQuadraticOptions): Placed | undefined {
  if (Math.abs(v) <= bound) return { inside: v, beyond: 0 };
  if (tails === "linear" && !Number.isNaN(v)) {
    const inside = Math.sign(v) * bound;
    return { inside, beyond: v - inside };
  }
  if (tails !== "circular" || !Number.isFinite(v)) return undefined;
  const turns = Math.round(v / (2 * bound));
  const inside = Math.min(Math.max(v - 2 * bound * turns, -bound), bound);
  return { inside, beyond: v - inside };
}

/** Slope outside the box, beside the bin that ends there. */
const endSlope = (bin: Bin, inside: number): number => (inside > 0 ? bin.d1 : bin.d0);

/** [y, log dy/dx]. Infinities (but for linear tails) and NaN are left alone. */
export function rationalQuadraticEncode(
  x: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
): readonly [number, number] {
  const place = placed(x, options);
  if (place === undefined) return [x, 0];
  const { inside, beyond } = place;
  const bin = locate(inside, p, options, "x");
  if (options.tails === "linear" && beyond !== 0) {
    const slope = endSlope(bin, inside);
    return [inside + slope * beyond, Math.log(slope)];
  }
  const { xl, w, yl, h, d0, d1 } = bin;
  const s = h / w;
  const theta = (inside - xl) / w;
  const phi = theta * (1 - theta);
  const y = yl + (h * (s * theta ** 2 + d0 * phi)) / (s + (d0 + d1 - 2 * s) * phi);
  return [y + beyond, logSlope(bin, theta)];
}

/** [x, log dy/dx]. */
export function rationalQuadraticDecode(
  y: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
): readonly [number, number] {
  const place = placed(y, options);
  if (place === undefined) return [y, 0];
  const { inside, beyond } = place;
  const bin = locate(inside, p, options, "y");
  if (options.tails === "linear" && beyond !== 0) {
    const slope = endSlope(bin, inside);
    return [inside + beyond / slope, Math.log(slope)];
  }
  const theta = solve(inside, bin);
  return [bin.xl + theta * bin.w + beyond, logSlope(bin, theta)];
}

/** Cotangent of x; those of the logits go to gp. */
export function rationalQuadraticEncodeVjp(
  x: number,
  p: Float64Array,
  gy: number,
  gLogDet: number,
  options: RationalQuadraticOptions,
  gp: Float64Array,
): number {
  gp.fill(0);
  const place = placed(x, options);
  if (place === undefined) return gy;
  const { inside, beyond } = place;
  const bin = locate(inside, p, options, "x");
  if (options.tails === "linear" && beyond !== 0) {
    const slope = endSlope(bin, inside);
    pullBackSlope(inside, gy * beyond + gLogDet / slope, p, options, gp);
    return gy * slope;
  }
  const theta = (inside - bin.xl) / bin.w;
  return pullBack(bin, theta, gy, gLogDet, p, options, gp);
}

/**
 * Cotangent of y. With x = f^-1(y; p) and L(x; p) = log f': dx = (dy - f_p dp) / f', so the logits get
 * what encode's rule gives for the cotangent -gy, where gy = (gx + gLogDet L_x) / f'.
 */
export function rationalQuadraticDecodeVjp(
  y: number,
  p: Float64Array,
  gx: number,
  gLogDet: number,
  options: RationalQuadraticOptions,
  gp: Float64Array,
): number {
  gp.fill(0);
  const place = placed(y, options);
  if (place === undefined) return gx;
  const { inside, beyond } = place;
  const bin = locate(inside, p, options, "y");
  if (options.tails === "linear" && beyond !== 0) {
    const slope = endSlope(bin, inside);
    pullBackSlope(inside, (gLogDet - (gx * beyond) / slope) / slope, p, options, gp);
    return gx / slope;
  }
  const theta = solve(inside, bin);
  const slopeOfLog = pullBack(bin, theta, 0, 1, p, options, new Float64Array(gp.length));
  const gy = (gx + gLogDet * slopeOfLog) / Math.exp(logSlope(bin, theta));
  pullBack(bin, theta, -gy, gLogDet, p, options, gp);
  return gy;
}

/** Reverse mode through y and log dy/dx at fixed bin: returns the cotangent of x, adds those of the logits. */
function pullBack(
  { index, w, h, d0, d1, widths, heights }: Bin,
  theta: number,
  gy: number,
  gl: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
  gp: Float64Array,
): number {
  const { bins, bound, minBin, logitScale } = options;
  const s = h / w;
  const omega = 1 - theta;
  const phi = theta * omega;
  const q = d0 + d1 - 2 * s;
  const numerator = s * theta ** 2 + d0 * phi;
  const denominator = s + q * phi;
  const slopeNumerator = d1 * theta ** 2 + 2 * s * phi + d0 * omega ** 2;
  // y = yl + h numerator / denominator; L = 2 log s + log slopeNumerator - 2 log denominator.
  const gNumerator = (gy * h) / denominator;
  const gDenominator = -(gNumerator * numerator + 2 * gl) / denominator;
  const gSlope = gl / slopeNumerator;
  const gTheta =
    gNumerator * (2 * s * theta + d0 * (omega - theta)) +
    gDenominator * q * (omega - theta) +
    gSlope * 2 * (d1 * theta + s * (omega - theta) - d0 * omega);
  const gs =
    gNumerator * theta ** 2 + gDenominator * (1 - 2 * phi) + gSlope * 2 * phi + (2 * gl) / s;
  const gd0 = gNumerator * phi + gDenominator * phi + gSlope * omega ** 2;
  const gd1 = gDenominator * phi + gSlope * theta ** 2;
  const gh = (gy * numerator) / denominator + gs / w;
  const gw = -(gs * s + gTheta * theta) / w;
  // A knot is -B + 2B times the shares before it; a share is minBin + (1 - K minBin) softmax.
  const spread = 2 * bound * (1 - bins * minBin) * logitScale;
  logits(widths, index, (-gTheta / w) * spread, gw * spread, gp.subarray(0, bins));
  logits(heights, index, gy * spread, gh * spread, gp.subarray(bins, 2 * bins));
  derivativeLogit(index, gd0, p, options, gp);
  derivativeLogit(index + 1, gd1, p, options, gp);
  return gTheta / w;
}

/** The cotangent of the slope at the end of the box on the side of `inside`, pulled back to its logit. */
function pullBackSlope(
  inside: number,
  g: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
  gp: Float64Array,
): void {
  derivativeLogit(inside > 0 ? options.bins : 0, g, p, options, gp);
}

/** Adds the cotangent of knot k's slope to that of its logit: slope = min + softplus(logit + shift). */
function derivativeLogit(
  k: number,
  g: number,
  p: Float64Array,
  options: RationalQuadraticOptions,
  gp: Float64Array,
): void {
  const at = logitOf(k, options);
  if (at === undefined) return;
  gp[at]! += g / (1 + Math.exp(-(p[at]! + ops.derivativeShift(options.minDerivative))));
}

/** Softmax VJP for cotangents `before` on every share before the bin and `at` on the bin's own. */
function logits(
  shares: Float64Array,
  index: number,
  before: number,
  at: number,
  out: Float64Array,
): void {
  const cotangent = (k: number): number => (k < index ? before : k === index ? at : 0);
  let mean = 0;
  for (let k = 0; k <= index; k++) mean += shares[k]! * cotangent(k);
  for (let k = 0; k < shares.length; k++) out[k]! += shares[k]! * (cotangent(k) - mean);
}

export const rationalQuadraticReference: readonly ReferenceOp[] =
  transformReference<ops.RationalQuadraticAttrs>(
    {
      encode: ops.rationalQuadraticEncode,
      decode: ops.rationalQuadraticDecode,
      encodeVjp: ops.rationalQuadraticEncodeVjp,
      decodeVjp: ops.rationalQuadraticDecodeVjp,
    },
    {
      parameters: ops.rationalQuadraticParameters,
      encode: rationalQuadraticEncode,
      decode: rationalQuadraticDecode,
      encodeVjp: rationalQuadraticEncodeVjp,
      decodeVjp: rationalQuadraticDecodeVjp,
    },
  );
