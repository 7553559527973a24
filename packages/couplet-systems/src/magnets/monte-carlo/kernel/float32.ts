// Elementary functions on four float32 lanes. Coefficients: Cephes single precision (Moshier), as in
// expf.c, logf.c, sinf.c; error below 2 units in the last place on the ranges used here.

// @ts-ignore: decorator
@inline
function f(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** exp(x), x clamped to [-87, 87]. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, f(-87)), f(87));
  const n = f32x4.nearest(f32x4.mul(x, f(1.44269504)));
  // ln 2 in two parts, so that x - n ln 2 keeps its digits.
  const r = fma(n, f(2.12194440e-4), fma(n, f(-0.693359375), x));
  let p = f(1.9875691500e-4);
  p = fma(p, r, f(1.3981999507e-3));
  p = fma(p, r, f(8.3334519073e-3));
  p = fma(p, r, f(4.1665795894e-2));
  p = fma(p, r, f(1.6666665459e-1));
  p = fma(p, r, f(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), f(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** log(x) of a positive normal x. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)));
  // Mantissa in [1/2, 1); below sqrt(1/2) it is doubled and the exponent lowered.
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f(0.707106781));
  e = f32x4.sub(e, v128.and(small, f(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), f(1));
  const z = f32x4.mul(m, m);
  let p = f(7.0376836292e-2);
  p = fma(p, m, f(-1.1514610310e-1));
  p = fma(p, m, f(1.1676998740e-1));
  p = fma(p, m, f(-1.2420140846e-1));
  p = fma(p, m, f(1.4249322787e-1));
  p = fma(p, m, f(-1.6668057665e-1));
  p = fma(p, m, f(2.0000714765e-1));
  p = fma(p, m, f(-2.4999993993e-1));
  p = fma(p, m, f(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), z);
  y = fma(e, f(-2.12194440e-4), y);
  y = fma(z, f(-0.5), y);
  return fma(e, f(0.693359375), f32x4.add(m, y));
}

/** sin and cos of an angle in [-pi/4, pi/4]. */
// @ts-ignore: decorator
@inline
export function sinSmall(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f(-1.9515295891e-4);
  p = fma(p, z, f(8.3321608736e-3));
  p = fma(p, z, f(-1.6666654611e-1));
  return fma(f32x4.mul(p, z), x, x);
}

// @ts-ignore: decorator
@inline
export function cosSmall(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f(2.443315711809948e-5);
  p = fma(p, z, f(-1.388731625493765e-3));
  p = fma(p, z, f(4.166664568298827e-2));
  return f32x4.add(fma(f32x4.mul(p, z), z, fma(z, f(-0.5), f(1))), f(0));
}

/** Uniform on (0, 1) with 24 bits from the top of a random word; never 0 or 1. */
// @ts-ignore: decorator
@inline
export function unit4(bits: v128): v128 {
  return fma(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 9)), f(1.1920928955078125e-7), f(5.9604644775390625e-8));
}
