import { select4 } from "./lanes";
import { madd } from "./madd";

/*
 * Sine and cosine of a fraction of a full turn, u in [0, 1]: the reduction to an eighth of a turn is
 * exact, so both are good to 1-2 ulp. The quadrant is k = round(4u).
 */
// @ts-ignore: decorator
@inline
export function sinTurn(u: v128): v128 {
  return quadrant(u, 0);
}

// @ts-ignore: decorator
@inline
export function cosTurn(u: v128): v128 {
  return quadrant(u, 1);
}

// cos is sin a quarter turn later.
// @ts-ignore: decorator
@inline
function quadrant(u: v128, later: i32): v128 {
  const t = f32x4.nearest(f32x4.mul(u, f32x4.splat(4)));
  const r = f32x4.sub(u, f32x4.mul(t, f32x4.splat(0.25)));
  const k = i32x4.add(i32x4.trunc_sat_f32x4_s(t), i32x4.splat(later));
  const z = f32x4.mul(r, r);
  let s = madd(f32x4.splat(41.48757553100586), z, f32x4.splat(-76.69837951660156));
  s = madd(s, z, f32x4.splat(81.60520935058594));
  s = madd(s, z, f32x4.splat(-41.34170150756836));
  // 2 pi in two parts: the second is what the first loses in float32.
  s = f32x4.mul(r, f32x4.add(f32x4.splat(6.2831854820251465), madd(s, z, f32x4.splat(-1.7484556e-7))));
  let c = madd(f32x4.splat(59.24596405029297), z, f32x4.splat(-85.44374084472656));
  c = madd(c, z, f32x4.splat(64.93932342529297));
  c = madd(c, z, f32x4.splat(-19.739208221435547));
  c = madd(c, z, f32x4.splat(1));
  const odd = i32x4.ne(v128.and(k, i32x4.splat(1)), i32x4.splat(0));
  const negate = i32x4.shl(v128.and(k, i32x4.splat(2)), 30);
  return v128.xor(select4(c, s, odd), negate);
}
