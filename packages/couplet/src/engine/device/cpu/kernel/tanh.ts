import { exp4 } from "./exp";
import { select4 } from "./lanes";
import { madd } from "./madd";

/*
 * tanh as in Cephes' tanhf: an odd polynomial below 0.625, 1 - 2 / (exp(2|x|) + 1) above, where
 * nothing cancels. About 1-2 ulp; +-inf gives +-1, NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const sign = f32x4.splat(-0.0);
  const a = v128.andnot(x, sign);
  const one = f32x4.splat(1);
  const e = exp4(f32x4.add(a, a));
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = madd(p, z, f32x4.splat(2.06390887954e-2));
  p = madd(p, z, f32x4.splat(-5.37397155531e-2));
  p = madd(p, z, f32x4.splat(1.33314422036e-1));
  p = madd(p, z, f32x4.splat(-3.33332819422e-1));
  const small = madd(f32x4.mul(p, z), x, x);
  const signed = v128.or(large, v128.and(x, sign));
  return select4(small, signed, f32x4.lt(a, f32x4.splat(0.625)));
}
