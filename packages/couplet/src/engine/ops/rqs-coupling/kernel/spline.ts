/*
 * The spline of four variables (lanes), after reference.ts. Parameter k of the four stands at
 * params + k stride. What one step leaves for the next goes through `s`, a scratch of vectors that
 * stays in the first-level cache.
 */
import { exp4, expClamped } from "../../../device/cpu/kernel/exp";
import { select4 } from "../../../device/cpu/kernel/lanes";
import { logNormal, softplus4 } from "../../../device/cpu/kernel/log";
import { madd } from "../../../device/cpu/kernel/madd";

// Byte offsets in scratch. Constants:
const BOUND: usize = 0; // B
const SCALE: usize = 16; // logit scale
const STEP: usize = 32; // 2 B minBin
const SPREAD: usize = 48; // 2 B (1 - K minBin)
const SHIFT: usize = 64; // c with min + softplus(c) = 1
const OFFSET: usize = 80; // 1 - softplus(c) as this file computes it, so that a zero logit gives exactly 1
// What `locate` leaves:
const XL: usize = 96;
const W: usize = 112;
const YL: usize = 128;
const H: usize = 144;
const U0: usize = 160; // derivative logits at both ends, shifted
const U1: usize = 176;
const INDEX: usize = 192; // of the bin, int32
const SHARE_W: usize = 208; // 1 / sum of exponentials
const SHARE_H: usize = 224;
// What `encode4` and `decode4` leave:
export const LOG_SLOPE: usize = 240;
/** Exponentials: K of the widths, K of the heights. */
const EXPS: usize = 24 << 4;

export function exponentialsEnd(s: usize, bins: i32): usize {
  return s + EXPS + ((<usize>bins) << 5);
}

export function prepare(s: usize, bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32): void {
  v128.store(s, f32x4.splat(bound), BOUND);
  v128.store(s, f32x4.splat(logitScale), SCALE);
  v128.store(s, f32x4.splat(<f32>(2 * <f64>bound * <f64>minBin)), STEP);
  v128.store(s, f32x4.splat(<f32>(2 * <f64>bound * (1 - <f64>bins * <f64>minBin))), SPREAD);
  v128.store(s, f32x4.splat(shift), SHIFT);
  v128.store(s, f32x4.sub(f32x4.splat(1), softplus4(f32x4.splat(shift))), OFFSET);
}

/** y of x (both as vectors); log dy/dx goes to s + LOG_SLOPE. */
export function encode4(x: v128, params: usize, stride: usize, bins: i32, s: usize): v128 {
  const bound = v128.load(s, BOUND);
  const inside = f32x4.le(f32x4.abs(x), bound);
  const v = f32x4.max(f32x4.min(x, bound), f32x4.neg(bound));
  locate(v, params, stride, bins, s, false);
  const w = v128.load(s, W), h = v128.load(s, H), xl = v128.load(s, XL);
  const d0 = derivative(v128.load(s, U0), s), d1 = derivative(v128.load(s, U1), s);
  const one = f32x4.splat(1);
  const t = f32x4.sub(v, xl);
  const theta = f32x4.div(t, w), slope = f32x4.div(h, w);
  const omega = f32x4.sub(one, theta);
  const phi = f32x4.mul(theta, omega);
  const q = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
  const r = f32x4.div(one, madd(q, phi, slope));
  // y = x + (yl - xl) + (s - 1)(x - xl) + h phi (d0 - s - q theta) / denominator: the same number,
  // written so that nothing is left to round when the spline is the identity.
  const bend = f32x4.sub(f32x4.sub(d0, slope), f32x4.mul(q, theta));
  let y = f32x4.mul(f32x4.mul(h, phi), f32x4.mul(bend, r));
  y = madd(f32x4.sub(slope, one), t, y);
  y = f32x4.add(v, f32x4.add(f32x4.sub(v128.load(s, YL), xl), y));
  v128.store(s, v128.and(logSlope(theta, omega, slope, d0, d1, r), inside), LOG_SLOPE);
  return select4(y, x, inside);
}

/** x of y; log dy/dx goes to s + LOG_SLOPE when it is wanted. */
export function decode4(y: v128, params: usize, stride: usize, bins: i32, s: usize, wanted: bool): v128 {
  const bound = v128.load(s, BOUND);
  const inside = f32x4.le(f32x4.abs(y), bound);
  const v = f32x4.max(f32x4.min(y, bound), f32x4.neg(bound));
  locate(v, params, stride, bins, s, true);
  const w = v128.load(s, W), h = v128.load(s, H), yl = v128.load(s, YL);
  const d0 = derivative(v128.load(s, U0), s), d1 = derivative(v128.load(s, U1), s);
  const one = f32x4.splat(1);
  const slope = f32x4.div(h, w);
  const t = f32x4.sub(v, yl);
  const z = f32x4.div(t, h);
  const q = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
  const theta = solve(z, slope, q, d0);
  // The same form as in encode4: y + (xl - yl) + (1/s - 1)(y - yl) + (theta - z) w.
  let x = f32x4.mul(f32x4.sub(theta, z), w);
  x = madd(f32x4.sub(f32x4.div(w, h), one), t, x);
  x = f32x4.add(v, f32x4.add(f32x4.sub(v128.load(s, XL), yl), x));
  if (wanted) {
    const omega = f32x4.sub(one, theta);
    const r = f32x4.div(one, madd(q, f32x4.mul(theta, omega), slope));
    v128.store(s, v128.and(logSlope(theta, omega, slope, d0, d1, r), inside), LOG_SLOPE);
  }
  return select4(x, y, inside);
}

/**
 * VJP of encode at x (or, with `decode`, of decode at y): returns the cotangent of the argument, and
 * writes that of parameter k to gParams + k gStride. gParams may be params.
 */
export function pullBack4(
  x: v128, params: usize, stride: usize, g: v128, gl: v128, gParams: usize, gStride: usize,
  bins: i32, s: usize, decode: bool,
): v128 {
  const bound = v128.load(s, BOUND);
  const inside = f32x4.le(f32x4.abs(x), bound);
  const v = f32x4.max(f32x4.min(x, bound), f32x4.neg(bound));
  locate(v, params, stride, bins, s, decode);
  const one = f32x4.splat(1);
  const w = v128.load(s, W), h = v128.load(s, H);
  const u0 = v128.load(s, U0), u1 = v128.load(s, U1);
  const d0 = derivative(u0, s), d1 = derivative(u1, s);
  const rw = f32x4.div(one, w);
  const slope = f32x4.mul(h, rw);
  const q = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
  let theta: v128;
  if (decode) theta = solve(f32x4.div(f32x4.sub(v, v128.load(s, YL)), h), slope, q, d0);
  else theta = f32x4.min(f32x4.mul(f32x4.sub(v, v128.load(s, XL)), rw), one);
  const omega = f32x4.sub(one, theta);
  const phi = f32x4.mul(theta, omega);
  const theta2 = f32x4.mul(theta, theta), omega2 = f32x4.mul(omega, omega);
  const lean = f32x4.sub(omega, theta); // d phi / d theta
  const twice = f32x4.add(phi, phi);
  const r = f32x4.div(one, madd(q, phi, slope));
  const share = f32x4.mul(madd(slope, theta2, f32x4.mul(d0, phi)), r); // numerator / denominator
  const top = slopeNumerator(theta, omega, slope, d0, d1);
  const gTop = f32x4.div(gl, top);
  const gl2 = f32x4.add(gl, gl);
  // d log-slope's own part in theta: numerator, denominator.
  const topLean = f32x4.sub(madd(d1, theta, f32x4.mul(slope, lean)), f32x4.mul(d0, omega));
  const qLean = f32x4.mul(q, lean);
  const own = f32x4.sub(f32x4.mul(f32x4.add(gTop, gTop), topLean), f32x4.mul(f32x4.mul(gl2, r), qLean));
  let gy = g;
  if (decode) {
    // -(gx + gl L_x) / f': see rqsDecodeVjp in reference.ts.
    const m = f32x4.mul(slope, r);
    const f = f32x4.mul(f32x4.mul(m, top), m);
    gy = f32x4.neg(f32x4.div(madd(own, rw, g), f));
  }
  const gNumerator = f32x4.mul(f32x4.mul(gy, h), r);
  const gDenominator = f32x4.neg(f32x4.mul(r, madd(f32x4.mul(gy, h), share, gl2)));
  const numeratorLean = madd(f32x4.add(slope, slope), theta, f32x4.mul(d0, lean));
  let gTheta = f32x4.mul(gNumerator, numeratorLean);
  gTheta = madd(f32x4.neg(f32x4.mul(gNumerator, share)), qLean, gTheta);
  gTheta = f32x4.add(gTheta, own);
  const both = f32x4.mul(f32x4.add(gNumerator, gDenominator), phi);
  let gSlope = madd(gNumerator, theta2, f32x4.mul(gTop, twice));
  gSlope = madd(gDenominator, f32x4.sub(one, twice), gSlope);
  gSlope = f32x4.add(gSlope, f32x4.div(gl2, slope));
  const gd0 = madd(gTop, omega2, both);
  const gd1 = madd(gTop, theta2, f32x4.mul(gDenominator, phi));
  const gv = f32x4.mul(gTheta, rw);
  const gh = madd(gy, share, f32x4.mul(gSlope, rw));
  const gw = f32x4.neg(f32x4.mul(rw, madd(gSlope, slope, f32x4.mul(gTheta, theta))));
  // Outside the box the parameters have no part in anything.
  const gu0 = v128.and(inside, f32x4.mul(gd0, sigmoid(u0)));
  const gu1 = v128.and(inside, f32x4.mul(gd1, sigmoid(u1)));
  scatterLogits(
    v128.and(inside, f32x4.neg(gv)), v128.and(inside, gw), v128.and(inside, gy), v128.and(inside, gh),
    gu0, gu1, gParams, gStride, bins, s,
  );
  return select4(decode ? f32x4.neg(gy) : gv, g, inside);
}

/** Softmax VJPs of both axes, and the two derivative logits; everything else gets zero. */
function scatterLogits(
  gxl: v128, gw: v128, gyl: v128, gh: v128, gu0: v128, gu1: v128,
  gParams: usize, gStride: usize, bins: i32, s: usize,
): void {
  const scale = v128.load(s, SCALE), spread = v128.load(s, SPREAD), step = v128.load(s, STEP);
  const bound = v128.load(s, BOUND), index = v128.load(s, INDEX);
  // Mean cotangent: spread times the softmax before the bin, and in it, are read off the knots.
  const steps = f32x4.mul(f32x4.convert_i32x4_s(index), step);
  const beforeX = f32x4.sub(f32x4.add(v128.load(s, XL), bound), steps);
  const beforeY = f32x4.sub(f32x4.add(v128.load(s, YL), bound), steps);
  const inX = f32x4.sub(v128.load(s, W), step), inY = f32x4.sub(v128.load(s, H), step);
  const meanX = madd(gxl, beforeX, f32x4.mul(gw, inX)), meanY = madd(gyl, beforeY, f32x4.mul(gh, inY));
  const factorX = f32x4.mul(scale, v128.load(s, SHARE_W)), factorY = f32x4.mul(scale, v128.load(s, SHARE_H));
  const leftX = f32x4.mul(gxl, spread), atX = f32x4.mul(gw, spread);
  const leftY = f32x4.mul(gyl, spread), atY = f32x4.mul(gh, spread);
  const heights = gStride * <usize>bins;
  let toW = gParams, toH = gParams + heights, toD = toH + heights - gStride;
  let exps = s + EXPS;
  const expsH = (<usize>bins) << 4;
  let previous = i32x4.splat(0);
  for (let k = 0; k < bins; k++) {
    const here = i32x4.splat(k);
    const before = i32x4.gt_s(index, here), at = i32x4.eq(index, here);
    const cx = f32x4.sub(select4(leftX, v128.and(atX, at), before), meanX);
    const cy = f32x4.sub(select4(leftY, v128.and(atY, at), before), meanY);
    v128.store(toW, f32x4.mul(f32x4.mul(v128.load(exps), factorX), cx));
    v128.store(toH, f32x4.mul(f32x4.mul(v128.load(exps + expsH), factorY), cy));
    if (k > 0) v128.store(toD, v128.or(v128.and(gu1, previous), v128.and(gu0, at)));
    previous = at;
    toW += gStride;
    toH += gStride;
    toD += gStride;
    exps += 16;
  }
}

/**
 * Finds the bin of v by comparing with every interior knot; leaves its corner, size, derivative logits
 * and number in scratch. The last knots are B itself, sizes are differences of knots.
 */
// @ts-ignore: decorator
@inline
function locate(v: v128, params: usize, stride: usize, bins: i32, s: usize, byHeight: bool): void {
  const heights = stride * <usize>bins;
  const expsH = (<usize>bins) << 4;
  let maxW = v128.load(params), maxH = v128.load(params + heights);
  let p = params + stride;
  for (let k = 1; k < bins; k++) {
    maxW = f32x4.max(maxW, v128.load(p));
    maxH = f32x4.max(maxH, v128.load(p + heights));
    p += stride;
  }
  const scale = v128.load(s, SCALE);
  let sumW = f32x4.splat(0), sumH = sumW;
  let exps = s + EXPS;
  p = params;
  for (let k = 0; k < bins; k++) {
    const eW = expClamped(f32x4.mul(f32x4.sub(v128.load(p), maxW), scale));
    const eH = expClamped(f32x4.mul(f32x4.sub(v128.load(p + heights), maxH), scale));
    v128.store(exps, eW);
    v128.store(exps + expsH, eH);
    sumW = f32x4.add(sumW, eW);
    sumH = f32x4.add(sumH, eH);
    p += stride;
    exps += 16;
  }
  const shareW = f32x4.div(f32x4.splat(1), sumW), shareH = f32x4.div(f32x4.splat(1), sumH);
  v128.store(s, shareW, SHARE_W);
  v128.store(s, shareH, SHARE_H);
  const spread = v128.load(s, SPREAD), step = v128.load(s, STEP), bound = v128.load(s, BOUND);
  const perW = f32x4.mul(spread, shareW), perH = f32x4.mul(spread, shareH);
  let x = f32x4.neg(bound), y = x;
  let left = x, bottom = x, u0 = f32x4.splat(0);
  let right = bound, top = bound, u1 = u0;
  // All lanes are past the first knot, -B.
  let past = i32x4.splat(-1);
  let index = i32x4.splat(0);
  let derivatives = params + (heights << 1);
  exps = s + EXPS;
  for (let k = 1; k < bins; k++) {
    x = f32x4.add(x, madd(perW, v128.load(exps), step));
    y = f32x4.add(y, madd(perH, v128.load(exps + expsH), step));
    const u = v128.load(derivatives);
    right = select4(x, right, past);
    top = select4(y, top, past);
    u1 = select4(u, u1, past);
    past = f32x4.ge(v, byHeight ? y : x);
    left = select4(x, left, past);
    bottom = select4(y, bottom, past);
    u0 = select4(u, u0, past);
    index = i32x4.sub(index, past);
    derivatives += stride;
    exps += 16;
  }
  right = select4(bound, right, past);
  top = select4(bound, top, past);
  // The derivative at B is 1, which is logit 0.
  u1 = v128.andnot(u1, past);
  const shift = v128.load(s, SHIFT);
  v128.store(s, left, XL);
  v128.store(s, f32x4.sub(right, left), W);
  v128.store(s, bottom, YL);
  v128.store(s, f32x4.sub(top, bottom), H);
  v128.store(s, f32x4.add(u0, shift), U0);
  v128.store(s, f32x4.add(u1, shift), U1);
  v128.store(s, index, INDEX);
}

// @ts-ignore: decorator
@inline
function derivative(u: v128, s: usize): v128 {
  return f32x4.add(softplus4(u), v128.load(s, OFFSET));
}

// @ts-ignore: decorator
@inline
function sigmoid(u: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(u))));
}

// d1 theta^2 + 2 s phi + d0 omega^2: positive terms only, and exactly 1 when all three are 1.
// @ts-ignore: decorator
@inline
function slopeNumerator(theta: v128, omega: v128, slope: v128, d0: v128, d1: v128): v128 {
  const a = madd(d1, theta, f32x4.mul(slope, omega));
  const b = madd(d0, omega, f32x4.mul(slope, theta));
  return madd(theta, a, f32x4.mul(omega, b));
}

// log(s^2 numerator / denominator^2): one logarithm instead of three.
// @ts-ignore: decorator
@inline
function logSlope(theta: v128, omega: v128, slope: v128, d0: v128, d1: v128, r: v128): v128 {
  const m = f32x4.mul(slope, r);
  return logNormal(f32x4.mul(f32x4.mul(m, slopeNumerator(theta, omega, slope, d0, d1)), m));
}

// The root in [0, 1] of the normalised quadratic; the form that does not cancel, chosen by b's sign.
// @ts-ignore: decorator
@inline
function solve(z: v128, slope: v128, q: v128, d0: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  z = f32x4.min(f32x4.max(z, zero), one);
  const b = f32x4.sub(d0, f32x4.mul(q, z));
  const a = f32x4.sub(slope, b);
  const c = f32x4.neg(f32x4.mul(slope, z));
  const disc = f32x4.sub(f32x4.mul(b, b), f32x4.mul(f32x4.splat(4), f32x4.mul(a, c)));
  const root = f32x4.sqrt(f32x4.max(disc, zero));
  const positive = f32x4.ge(b, zero);
  const numerator = select4(f32x4.add(c, c), f32x4.sub(root, b), positive);
  const denominator = select4(f32x4.neg(f32x4.add(b, root)), f32x4.add(a, a), positive);
  return f32x4.min(f32x4.max(f32x4.div(numerator, denominator), zero), one);
}
