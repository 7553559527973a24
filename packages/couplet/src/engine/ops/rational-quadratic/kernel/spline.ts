/* The spline of a block's arguments, after reference.ts, once their bins are known. */
import {
  BOUND, H, LOG_SLOPE, OFFSET, U0, U1, VALUE, W, XL, YL, slotBytes, slots,
} from "./block";
import { select4 } from "../../../device/cpu/kernel/lanes";
import { logNormal, softplus4 } from "../../../device/cpu/kernel/log";
import { LINEAR, tailsOf } from "./tails";
import { madd } from "../../../device/cpu/kernel/madd";

/** y in the place of x, and log dy/dx. */
export function encodeAll(count: i32, bins: i32, s: usize): void {
  const step = slotBytes(bins);
  const bound = v128.load(s, BOUND), offset = v128.load(s, OFFSET), one = f32x4.splat(1);
  const linear = tailsOf(s) == LINEAR;
  let q = slots(s);
  for (const end = q + <usize>count * step; q < end; q += step) {
    const x = v128.load(q, VALUE);
    const inside = f32x4.le(f32x4.abs(x), bound);
    const v = f32x4.pmax(f32x4.pmin(x, bound), f32x4.neg(bound));
    const w = v128.load(q, W), h = v128.load(q, H), xl = v128.load(q, XL);
    const d0 = f32x4.add(softplus4(v128.load(q, U0)), offset);
    const d1 = f32x4.add(softplus4(v128.load(q, U1)), offset);
    const t = f32x4.sub(v, xl);
    const theta = f32x4.div(t, w), slope = f32x4.div(h, w);
    const omega = f32x4.sub(one, theta);
    const phi = f32x4.mul(theta, omega);
    const bow = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
    const r = f32x4.div(one, madd(bow, phi, slope));
    // y = x + (yl - xl) + (s - 1)(x - xl) + h phi (d0 - s - q theta) / denominator: the same number,
    // written so that nothing is left to round when the spline is the identity.
    const bend = f32x4.sub(f32x4.sub(d0, slope), f32x4.mul(bow, theta));
    let y = f32x4.mul(f32x4.mul(h, phi), f32x4.mul(bend, r));
    y = madd(f32x4.sub(slope, one), t, y);
    y = f32x4.add(v, f32x4.add(f32x4.sub(v128.load(q, YL), xl), y));
    const logs = logSlope(theta, omega, slope, d0, d1, r);
    if (linear) {
      // At an end theta is exactly 0 or 1: the slope there is the tail's.
      v128.store(q, v128.and(logs, f32x4.eq(x, x)), LOG_SLOPE);
      v128.store(q, madd(select4(d1, d0, f32x4.gt(x, f32x4.splat(0))), f32x4.sub(x, v), y), VALUE);
    } else {
      v128.store(q, v128.and(logs, inside), LOG_SLOPE);
      v128.store(q, select4(y, x, inside), VALUE);
    }
  }
}

/** x in the place of y, and log dy/dx where it is wanted. */
export function decodeAll(count: i32, bins: i32, s: usize, wanted: bool): void {
  const step = slotBytes(bins);
  const bound = v128.load(s, BOUND), offset = v128.load(s, OFFSET), one = f32x4.splat(1);
  const linear = tailsOf(s) == LINEAR;
  let q = slots(s);
  for (const end = q + <usize>count * step; q < end; q += step) {
    const y = v128.load(q, VALUE);
    const inside = f32x4.le(f32x4.abs(y), bound);
    const v = f32x4.pmax(f32x4.pmin(y, bound), f32x4.neg(bound));
    const w = v128.load(q, W), h = v128.load(q, H), yl = v128.load(q, YL);
    const d0 = f32x4.add(softplus4(v128.load(q, U0)), offset);
    const d1 = f32x4.add(softplus4(v128.load(q, U1)), offset);
    const slope = f32x4.div(h, w);
    const t = f32x4.sub(v, yl);
    const z = f32x4.div(t, h);
    const bow = f32x4.sub(f32x4.add(d0, d1), f32x4.add(slope, slope));
    const theta = solve(z, slope, bow, d0);
    // The same form as in encode: y + (xl - yl) + (1/s - 1)(y - yl) + (theta - z) w.
    let x = f32x4.mul(f32x4.sub(theta, z), w);
    x = madd(f32x4.sub(f32x4.div(w, h), one), t, x);
    x = f32x4.add(v, f32x4.add(f32x4.sub(v128.load(q, XL), yl), x));
    if (wanted) {
      const omega = f32x4.sub(one, theta);
      const r = f32x4.div(one, madd(bow, f32x4.mul(theta, omega), slope));
      const logs = logSlope(theta, omega, slope, d0, d1, r);
      v128.store(q, v128.and(logs, linear ? f32x4.eq(y, y) : inside), LOG_SLOPE);
    }
    if (linear) {
      const end = select4(d1, d0, f32x4.gt(y, f32x4.splat(0)));
      v128.store(q, f32x4.add(x, f32x4.div(f32x4.sub(y, v), end)), VALUE);
    } else v128.store(q, select4(x, y, inside), VALUE);
  }
}

// d1 theta^2 + 2 s phi + d0 omega^2: positive terms only, and exactly 1 when all three are 1.
// @ts-ignore: decorator
@inline
export function slopeNumerator(theta: v128, omega: v128, slope: v128, d0: v128, d1: v128): v128 {
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
export function solve(z: v128, slope: v128, bow: v128, d0: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  z = f32x4.pmin(f32x4.pmax(z, zero), one);
  const b = f32x4.sub(d0, f32x4.mul(bow, z));
  const a = f32x4.sub(slope, b);
  const c = f32x4.neg(f32x4.mul(slope, z));
  const disc = f32x4.sub(f32x4.mul(b, b), f32x4.mul(f32x4.splat(4), f32x4.mul(a, c)));
  const root = f32x4.sqrt(f32x4.pmax(disc, zero));
  const positive = f32x4.ge(b, zero);
  const numerator = select4(f32x4.add(c, c), f32x4.sub(root, b), positive);
  const denominator = select4(f32x4.neg(f32x4.add(b, root)), f32x4.add(a, a), positive);
  return f32x4.pmin(f32x4.pmax(f32x4.div(numerator, denominator), zero), one);
}
