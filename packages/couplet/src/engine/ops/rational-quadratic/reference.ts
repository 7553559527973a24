/**
 * Monotone rational-quadratic spline on [-B, B] with identity tails, one variable, in float64.
 *
 * Parameters: K width logits, K height logits, K - 1 derivative logits (interior knots). In a bin with
 * left knot (xl, yl), width w, height h, mean slope s = h / w, derivatives d0, d1 at its ends, and
 * theta = (x - xl) / w, phi = theta (1 - theta), q = d0 + d1 - 2s:
 *
 *   y     = yl + h (s theta^2 + d0 phi) / (s + q phi)
 *   dy/dx = s^2 (d1 theta^2 + 2 s phi + d0 (1 - theta)^2) / (s + q phi)^2
 *
 * @see Durkan et al. 2019, eq. 4-8, https://arxiv.org/abs/1906.04032
 */

export interface RqsOptions {
  /** K. */
  readonly bins: number;
  /** B: outside [-B, B] the map is the identity. */
  readonly bound: number;
  /** Smallest width and height of a bin, as a fraction of 2B; K minBin < 1. */
  readonly minBin: number;
  /** Smallest derivative at a knot. */
  readonly minDerivative: number;
  /** Width and height logits are multiplied by this. */
  readonly logitScale: number;
}

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

/** Knots from logits: the first and last are pinned, what lies between is cumulative. */
function knots(shares: Float64Array, { bins, bound, minBin }: RqsOptions): Float64Array {
  const at = new Float64Array(bins + 1);
  let sum = 0;
  for (let k = 0; k < bins; k++) {
    at[k] = -bound + 2 * bound * sum;
    sum += minBin + (1 - bins * minBin) * shares[k]!;
  }
  at[bins] = bound;
  return at;
}

function softmax(logits: Float64Array, scale: number): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = logits.map((l) => Math.exp(scale * (l - max)));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}

/** c with min + softplus(c) = 1: a zero logit is derivative 1. */
export function derivativeShift(min: number): number {
  return Math.log(Math.expm1(1 - min));
}

/** The bin that holds `v`, searched among the x-knots or the y-knots. */
function locate(v: number, p: Float64Array, options: RqsOptions, axis: "x" | "y"): Bin {
  const { bins, logitScale, minDerivative } = options;
  const widths = softmax(p.subarray(0, bins), logitScale);
  const heights = softmax(p.subarray(bins, 2 * bins), logitScale);
  const x = knots(widths, options);
  const y = knots(heights, options);
  const searched = axis === "x" ? x : y;
  let index = 0;
  for (let k = 1; k < bins; k++) if (v >= searched[k]!) index++;
  const shift = derivativeShift(minDerivative);
  const derivative = (k: number): number =>
    // Outside the box the slope is 1, so it is 1 at the box's ends.
    k === 0 || k === bins ? 1 : minDerivative + softplus(p[2 * bins + k - 1]! + shift);
  return {
    index,
    xl: x[index]!,
    w: x[index + 1]! - x[index]!,
    yl: y[index]!,
    h: y[index + 1]! - y[index]!,
    d0: derivative(index),
    d1: derivative(index + 1),
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

/** [y, log dy/dx]. Points outside the box, infinities and NaN are left alone. */
export function rqsEncode(
  x: number,
  p: Float64Array,
  options: RqsOptions,
): readonly [number, number] {
  if (!(Math.abs(x) <= options.bound)) return [x, 0];
  const bin = locate(x, p, options, "x");
  const { xl, w, yl, h, d0, d1 } = bin;
  const s = h / w;
  const theta = (x - xl) / w;
  const phi = theta * (1 - theta);
  const y = yl + (h * (s * theta ** 2 + d0 * phi)) / (s + (d0 + d1 - 2 * s) * phi);
  return [y, logSlope(bin, theta)];
}

/** [x, log dy/dx]. */
export function rqsDecode(
  y: number,
  p: Float64Array,
  options: RqsOptions,
): readonly [number, number] {
  if (!(Math.abs(y) <= options.bound)) return [y, 0];
  const bin = locate(y, p, options, "y");
  const theta = solve(y, bin);
  return [bin.xl + theta * bin.w, logSlope(bin, theta)];
}

/** Cotangent of x; those of the logits go to gp. */
export function rqsEncodeVjp(
  x: number,
  p: Float64Array,
  gy: number,
  gLogDet: number,
  options: RqsOptions,
  gp: Float64Array,
): number {
  gp.fill(0);
  if (!(Math.abs(x) <= options.bound)) return gy;
  const bin = locate(x, p, options, "x");
  const theta = (x - bin.xl) / bin.w;
  return pullBack(bin, theta, gy, gLogDet, p, options, gp);
}

/**
 * Cotangent of y. With x = f^-1(y; p) and L(x; p) = log f': dx = (dy - f_p dp) / f', so the logits get
 * what encode's rule gives for the cotangent -gy, where gy = (gx + gLogDet L_x) / f'.
 */
export function rqsDecodeVjp(
  y: number,
  p: Float64Array,
  gx: number,
  gLogDet: number,
  options: RqsOptions,
  gp: Float64Array,
): number {
  gp.fill(0);
  if (!(Math.abs(y) <= options.bound)) return gx;
  const bin = locate(y, p, options, "y");
  const theta = solve(y, bin);
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
  { bins, bound, minBin, minDerivative, logitScale }: RqsOptions,
  gp: Float64Array,
): number {
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
  const shift = derivativeShift(minDerivative);
  const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
  if (index > 0) gp[2 * bins + index - 1]! += gd0 * sigmoid(p[2 * bins + index - 1]! + shift);
  if (index < bins - 1) gp[2 * bins + index]! += gd1 * sigmoid(p[2 * bins + index]! + shift);
  return gTheta / w;
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
