/*
 * VJP of encode at x (or, with `decode`, of decode at y) for a block, once its bins are known: first
 * what the bin gets, then what each logit gets.
 */
import {
  AFTER_H, AFTER_W, AT_H, AT_PARAMS, AT_W, BEFORE_H, BEFORE_W, BOUND, EXPS, G, GL, G_U0, G_U1, H, INDEX,
  OFFSET, SCALE, SHARE_H, SHARE_W, SPREAD, STEP, U0, U1, VALUE, W, XL, YL, slotBytes, slots,
} from "./block";
import { expClamped } from "../../../device/cpu/kernel/exp";
import { select4 } from "../../../device/cpu/kernel/lanes";
import { log1pOf } from "../../../device/cpu/kernel/log";
import { madd } from "../../../device/cpu/kernel/madd";
import { slopeNumerator, solve } from "./spline";
import { CIRCULAR, IDENTITY, LINEAR, tailsOf } from "./tails";

/** The cotangent of the argument in its place, and what `scatterLogits` needs. */
export function pullBack(count: i32, bins: i32, s: usize, decode: bool): void {
  if (decode) pullBackOf(count, bins, s, true);
  else pullBackOf(count, bins, s, false);
}

// @ts-ignore: decorator
@inline
function pullBackOf(count: i32, bins: i32, s: usize, decode: bool): void {
  const bytes = slotBytes(bins);
  const one = f32x4.splat(1), bound = v128.load(s, BOUND), offset = v128.load(s, OFFSET);
  const scale = v128.load(s, SCALE), spread = v128.load(s, SPREAD), step = v128.load(s, STEP);
  const tails = tailsOf(s);
  let q = slots(s);
  for (const stop = q + <usize>count * bytes; q < stop; q += bytes) {
    const x = v128.load(q, VALUE), g = v128.load(q, G), gl = v128.load(q, GL);
    const inside = f32x4.le(f32x4.abs(x), bound);
    const v = f32x4.pmax(f32x4.pmin(x, bound), f32x4.neg(bound));
    const w = v128.load(q, W), h = v128.load(q, H);
    const u0 = v128.load(q, U0), u1 = v128.load(q, U1);
    // Softplus and its derivative, the sigmoid, share an exponential and a division.
    const e0 = expClamped(f32x4.neg(f32x4.abs(u0))), e1 = expClamped(f32x4.neg(f32x4.abs(u1)));
    const r0 = reciprocals(e0), r1 = reciprocals(e1);
    const d0 = f32x4.add(softplusOf(u0, e0, r0), offset), d1 = f32x4.add(softplusOf(u1, e1, r1), offset);
    const rw = f32x4.div(one, w);
    const slope = f32x4.mul(h, rw);
    const bow = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
    let theta: v128;
    if (decode) theta = solve(f32x4.div(f32x4.sub(v, v128.load(q, YL)), h), slope, bow, d0);
    else theta = f32x4.pmin(f32x4.mul(f32x4.sub(v, v128.load(q, XL)), rw), one);
    const omega = f32x4.sub(one, theta);
    const phi = f32x4.mul(theta, omega);
    const theta2 = f32x4.mul(theta, theta), omega2 = f32x4.mul(omega, omega);
    const lean = f32x4.sub(omega, theta); // d phi / d theta
    const twice = f32x4.add(phi, phi);
    const r = f32x4.div(one, madd(bow, phi, slope));
    const share = f32x4.mul(madd(slope, theta2, f32x4.mul(d0, phi)), r); // numerator / denominator
    const top = slopeNumerator(theta, omega, slope, d0, d1);
    const perTopSlope = f32x4.div(gl, f32x4.mul(top, slope));
    const gTop = f32x4.mul(perTopSlope, slope);
    const gl2 = f32x4.add(gl, gl);
    // d log-slope's own part in theta: numerator, denominator.
    const topLean = f32x4.sub(madd(d1, theta, f32x4.mul(slope, lean)), f32x4.mul(d0, omega));
    const bowLean = f32x4.mul(bow, lean);
    const own = f32x4.sub(f32x4.mul(f32x4.add(gTop, gTop), topLean), f32x4.mul(f32x4.mul(gl2, r), bowLean));
    let gy = g;
    if (decode) {
      // -(gx + gl L_x) / f': see rationalQuadraticDecodeVjp in reference.ts.
      const m = f32x4.mul(slope, r);
      const f = f32x4.mul(f32x4.mul(m, top), m);
      gy = f32x4.neg(f32x4.div(madd(own, rw, g), f));
    }
    const gNumerator = f32x4.mul(f32x4.mul(gy, h), r);
    const gDenominator = f32x4.neg(f32x4.mul(r, madd(f32x4.mul(gy, h), share, gl2)));
    const numeratorLean = madd(f32x4.add(slope, slope), theta, f32x4.mul(d0, lean));
    let gTheta = f32x4.mul(gNumerator, numeratorLean);
    gTheta = madd(f32x4.neg(f32x4.mul(gNumerator, share)), bowLean, gTheta);
    gTheta = f32x4.add(gTheta, own);
    const both = f32x4.mul(f32x4.add(gNumerator, gDenominator), phi);
    let gSlope = madd(gNumerator, theta2, f32x4.mul(gTop, twice));
    gSlope = madd(gDenominator, f32x4.sub(one, twice), gSlope);
    gSlope = madd(f32x4.add(perTopSlope, perTopSlope), top, gSlope);
    let gd0 = madd(gTop, omega2, both);
    let gd1 = madd(gTop, theta2, f32x4.mul(gDenominator, phi));
    const gv = f32x4.mul(gTheta, rw);
    let gx = decode ? f32x4.neg(gy) : gv, within = inside;
    if (tails == LINEAR) {
      // y = +-B + d (x -+ B), L = log d; of the slope at the end alone. NaN counts as inside.
      const beyond = f32x4.sub(x, v);
      const above = f32x4.gt(x, bound), below = f32x4.lt(x, f32x4.neg(bound));
      const end = select4(d1, d0, above);
      const tailG = decode ? f32x4.div(g, end) : f32x4.mul(g, end);
      const tailD = madd(decode ? f32x4.neg(f32x4.div(tailG, end)) : g, beyond, f32x4.div(gl, end));
      gd1 = v128.or(v128.and(above, tailD), v128.andnot(gd1, v128.or(above, below)));
      gd0 = v128.or(v128.and(below, tailD), v128.andnot(gd0, v128.or(above, below)));
      gx = select4(gx, tailG, inside);
      within = i32x4.splat(-1);
    }
    const gh = madd(gy, share, f32x4.mul(gSlope, rw));
    const gw = f32x4.neg(f32x4.mul(rw, madd(gSlope, slope, f32x4.mul(gTheta, theta))));
    // Outside the box the parameters have no part in anything.
    v128.store(q, v128.and(within, f32x4.mul(gd0, sigmoidOf(u0, e0, r0))), G_U0);
    v128.store(q, v128.and(within, f32x4.mul(gd1, sigmoidOf(u1, e1, r1))), G_U1);
    v128.store(q, select4(gx, g, within), VALUE);
    const steps = f32x4.mul(f32x4.convert_i32x4_s(v128.load(q, INDEX)), step);
    spread3(q, v128.and(inside, f32x4.neg(gv)), v128.and(inside, gw), w, steps, scale, spread, step, bound, XL, SHARE_W, AFTER_W, BEFORE_W, AT_W);
    spread3(q, v128.and(inside, gy), v128.and(inside, gh), h, steps, scale, spread, step, bound, YL, SHARE_H, AFTER_H, BEFORE_H, AT_H);
  }
}

// VJP of the softmax of one axis, for the cotangents of the bin's corner and size: three factors of the exponentials.
// @ts-ignore: decorator
@inline
function spread3(
  q: usize, gCorner: v128, gSize: v128, size: v128, steps: v128, scale: v128, spread: v128, step: v128, bound: v128,
  corner: usize, share: usize, after: usize, before: usize, at: usize,
): void {
  // Mean cotangent: spread times the softmax before the bin, and in it, are read off the knots.
  const sharesBefore = f32x4.sub(f32x4.add(v128.load(q + corner), bound), steps);
  const mean = madd(gCorner, sharesBefore, f32x4.mul(gSize, f32x4.sub(size, step)));
  const factor = f32x4.mul(scale, v128.load(q + share));
  const a = f32x4.neg(f32x4.mul(factor, mean));
  const b = f32x4.mul(factor, f32x4.sub(f32x4.mul(gCorner, spread), mean));
  const c = f32x4.mul(factor, f32x4.sub(f32x4.mul(gSize, spread), mean));
  v128.store(q + after, a);
  v128.store(q + before, v128.xor(a, b));
  v128.store(q + at, v128.xor(a, c));
}

/** Writes the cotangents of all logits. They may stand where the logits stood. */
export function scatterLogits(count: i32, from: usize, to: usize, stride: usize, bins: i32, s: usize): void {
  const bytes = slotBytes(bins);
  const heights = stride * <usize>bins;
  const expsH = (<usize>bins) << 4;
  const tails = tailsOf(s);
  let q = slots(s);
  for (const end = q + <usize>count * bytes; q < end; q += bytes) {
    const afterW = v128.load(q, AFTER_W), beforeW = v128.load(q, BEFORE_W), atW = v128.load(q, AT_W);
    const afterH = v128.load(q, AFTER_H), beforeH = v128.load(q, BEFORE_H), atH = v128.load(q, AT_H);
    const gu0 = v128.load(q, G_U0), gu1 = v128.load(q, G_U1), index = v128.load(q, INDEX);
    let toW = load<usize>(q, AT_PARAMS) - from + to;
    const first = toW + (heights << 1);
    let toD = tails == IDENTITY ? first - stride : first;
    let e = q;
    let previous = i32x4.splat(0), k4 = previous;
    for (let k = 0; k < bins; k++) {
      const before = i32x4.gt_s(index, k4), at = i32x4.eq(index, k4);
      const cW = v128.xor(v128.xor(afterW, v128.and(beforeW, before)), v128.and(atW, at));
      const cH = v128.xor(v128.xor(afterH, v128.and(beforeH, before)), v128.and(atH, at));
      v128.store(toW, f32x4.mul(v128.load(e, EXPS), cW));
      v128.store(toW + heights, f32x4.mul(v128.load(e + expsH, EXPS), cH));
      if (k > 0 || tails != IDENTITY) v128.store(toD, v128.or(v128.and(gu1, previous), v128.and(gu0, at)));
      previous = at;
      k4 = i32x4.add(k4, i32x4.splat(1));
      toW += stride;
      toD += stride;
      e += 16;
    }
    // The last knot: of its own, or the circle's first again.
    const last = v128.and(gu1, previous);
    if (tails == CIRCULAR) v128.store(first, f32x4.add(v128.load(first), last));
    else if (tails != IDENTITY) v128.store(toD, last);
  }
}

// 1 / ((1 + e) (2 + e)): of it 1 / (1 + e) and 1 / (2 + e) are made.
// @ts-ignore: decorator
@inline
function reciprocals(e: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.mul(f32x4.add(e, f32x4.splat(1)), f32x4.add(e, f32x4.splat(2))));
}

// log(1 + exp(u)), e = exp(-|u|).
// @ts-ignore: decorator
@inline
function softplusOf(u: v128, e: v128, r: v128): v128 {
  const w = f32x4.mul(f32x4.mul(e, r), f32x4.add(e, f32x4.splat(1)));
  return f32x4.add(f32x4.pmax(u, f32x4.splat(0)), log1pOf(w));
}

// 1 / (1 + exp(-u)), e = exp(-|u|).
// @ts-ignore: decorator
@inline
function sigmoidOf(u: v128, e: v128, r: v128): v128 {
  const top = select4(f32x4.splat(1), e, f32x4.ge(u, f32x4.splat(0)));
  return f32x4.mul(f32x4.mul(top, r), f32x4.add(e, f32x4.splat(2)));
}
