import { madd } from "./madd";

/*
 * exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2. ln 2 is split in two so that n ln 2 is
 * subtracted without loss (Cody & Waite 1980); the polynomial is Cephes' expf. About 1 ulp.
 *
 * Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits: cheaper than a conversion.
 *
 * pmin(a, b) and pmax(a, b) are one instruction each, and give a where it is not a number; min and max,
 * which treat both sides alike, are about eight.
 */

// For arguments known to give a normal number: clamped to [-87.3, 88.3], NaN stays NaN.
// @ts-ignore: decorator
@inline
export function expClamped(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88.3)), f32x4.splat(-87.3));
  const t = madd(x, f32x4.splat(1.44269504088896341), f32x4.splat(12582912));
  const y = mantissa(x, f32x4.sub(t, f32x4.splat(12582912)));
  return f32x4.mul(y, i32x4.add(i32x4.shl(t, 23), i32x4.splat(127 << 23)));
}

// For every float: overflows to infinity, underflows through the denormals to 0, NaN stays NaN.
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104));
  const t = madd(x, f32x4.splat(1.44269504088896341), f32x4.splat(12582912));
  const y = mantissa(x, f32x4.sub(t, f32x4.splat(12582912)));
  // 2^n in two factors, each a normal number even when 2^n is not.
  const n = i32x4.sub(t, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(n, 1);
  const one = i32x4.splat(127);
  const a = i32x4.shl(i32x4.add(half, one), 23);
  const b = i32x4.shl(i32x4.add(i32x4.sub(n, half), one), 23);
  return f32x4.mul(f32x4.mul(y, a), b);
}

// 2^x for x <= 0, clamped to [-125, 0]: what a softmax needs. 1.5e-7 relative; 2^0 is exactly 1. NaN stays NaN where
// arithmetic made it (its low bits are 0). The polynomial is minimax on [-1/2, 1/2] with 1 at 0.
// @ts-ignore: decorator
@inline
export function exp2Negative(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-125));
  const t = f32x4.add(x, f32x4.splat(12582912));
  const r = f32x4.sub(x, f32x4.sub(t, f32x4.splat(12582912)));
  let p = f32x4.splat(0.001326472731307149);
  p = madd(p, r, f32x4.splat(0.009671512991189957));
  p = madd(p, r, f32x4.splat(0.05550733581185341));
  p = madd(p, r, f32x4.splat(0.24022242426872253));
  p = madd(p, r, f32x4.splat(0.6931470036506653));
  p = madd(p, r, f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(t, 23));
}

// @ts-ignore: decorator
@inline
function mantissa(x: v128, n: v128): v128 {
  let r = madd(n, f32x4.splat(-0.693359375), x);
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  return f32x4.add(madd(f32x4.mul(r, r), p, r), f32x4.splat(1));
}
