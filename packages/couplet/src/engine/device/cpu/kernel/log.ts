import { expClamped } from "./exp";
import { select4 } from "./lanes";
import { madd } from "./madd";

/*
 * log(x) = e ln 2 + log1p(f), x = 2^e (1 + f) with 1 + f in [2/3, 4/3). log1p(f) = f - f^2/2 + f^3 P(f),
 * P a minimax polynomial of degree 7 (relative error 5e-9). About 1 ulp.
 */

// For positive normal numbers. NaN and infinity stay what they are; 1 gives exactly 0.
// @ts-ignore: decorator
@inline
export function logNormal(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f2aaaab));
  const e = v128.and(shifted, i32x4.splat(<i32>0xff800000));
  const f = f32x4.sub(i32x4.sub(x, e), f32x4.splat(1));
  const scale = f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(1.1920928955078125e-7));
  const s = f32x4.mul(f, f);
  let p = f32x4.splat(-0.12891678512096405);
  p = madd(p, f, f32x4.splat(0.1398444026708603));
  p = madd(p, f, f32x4.splat(-0.12184262275695801));
  p = madd(p, f, f32x4.splat(0.14005868136882782));
  p = madd(p, f, f32x4.splat(-0.16680487990379333));
  p = madd(p, f, f32x4.splat(0.20010405778884888));
  p = madd(p, f, f32x4.splat(-0.24999797344207764));
  p = madd(p, f, f32x4.splat(0.3333321511745453));
  let r = f32x4.mul(f32x4.mul(p, f), s);
  // ln 2 in two parts: e times the first is exact.
  r = madd(scale, f32x4.splat(-2.12194440e-4), r);
  r = madd(s, f32x4.splat(-0.5), r);
  r = f32x4.add(r, f);
  r = madd(scale, f32x4.splat(0.693359375), r);
  // x - x is 0 for finite x; infinity and NaN come through their exponent.
  const special = i32x4.ge_s(v128.andnot(x, f32x4.splat(-0.0)), i32x4.splat(0x7f800000));
  return select4(x, r, special);
}

// For every float: 0 gives -infinity, negative numbers NaN, denormals their logarithm.
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const up = select4(f32x4.mul(x, f32x4.splat(8388608)), x, small);
  const shift = v128.and(small, f32x4.splat(-15.942385152878742));
  const r = f32x4.add(logNormal(up), shift);
  const zero = f32x4.eq(x, f32x4.splat(0));
  const negative = f32x4.lt(x, f32x4.splat(0));
  return select4(f32x4.splat(f32.NaN), select4(f32x4.splat(f32.NEGATIVE_INFINITY), r, zero), negative);
}

// log(1 + e) for e in [0, 1]: 2 atanh(e / (2 + e)), which loses nothing for small e.
// @ts-ignore: decorator
@inline
export function log1pUnit(e: v128): v128 {
  return log1pOf(f32x4.div(e, f32x4.add(e, f32x4.splat(2))));
}

// The same from w = e / (2 + e).
// @ts-ignore: decorator
@inline
export function log1pOf(w: v128): v128 {
  const z = f32x4.mul(w, w);
  let q = f32x4.splat(0.14012229442596436);
  q = madd(q, z, f32x4.splat(0.13999570906162262));
  q = madd(q, z, f32x4.splat(0.20010849833488464));
  q = madd(q, z, f32x4.splat(0.3333320617675781));
  const twice = f32x4.add(w, w);
  return madd(f32x4.mul(q, z), twice, twice);
}

// log(1 + exp(x)), without overflow; never below 1e-38. NaN stays NaN.
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const e = expClamped(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pUnit(e));
}
