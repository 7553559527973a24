import { select4 } from "./lanes";
import { madd } from "./madd";

/*
 * atan: the argument is brought into [0, 1] by atan(a) = pi/2 - atan(1/a), one division for both
 * cases; minimax polynomial of degree 8 in the square (relative error 2e-9). About 1-2 ulp; +-infinity gives
 * +-pi/2, NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function atan4(x: v128): v128 {
  const sign = f32x4.splat(-0.0);
  const one = f32x4.splat(1);
  const a = v128.andnot(x, sign);
  const t = f32x4.div(f32x4.pmin(a, one), f32x4.pmax(a, one));
  const z = f32x4.mul(t, t);
  let p = f32x4.splat(-0.0018272111145848958);
  p = madd(p, z, f32x4.splat(0.011064435355365276));
  p = madd(p, z, f32x4.splat(-0.031455691903829575));
  p = madd(p, z, f32x4.splat(0.05823454260826111));
  p = madd(p, z, f32x4.splat(-0.08419458568096161));
  p = madd(p, z, f32x4.splat(0.10957576334476471));
  p = madd(p, z, f32x4.splat(-0.1426524519920349));
  p = madd(p, z, f32x4.splat(0.19998638331890106));
  p = madd(p, z, f32x4.splat(-0.33333301544189453));
  const r = madd(f32x4.mul(p, z), t, t);
  const flipped = f32x4.sub(f32x4.splat(1.5707963267948966), r);
  return v128.or(select4(flipped, r, f32x4.gt(a, one)), v128.and(x, sign));
}
