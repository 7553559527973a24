/* The exponentials of a block's width and height logits, and one over their sums. */
import { exp2Negative } from "../../../device/cpu/kernel/exp";
import { AT_PARAMS, EXPS, SCALE2, SHARE_H, SHARE_W, slotBytes, slots } from "./block";

export function exponentials(count: i32, stride: usize, bins: i32, s: usize): void {
  const step = slotBytes(bins);
  const heights = stride * <usize>bins;
  const expsH = (<usize>bins) << 4;
  const scale = v128.load(s, SCALE2);
  const one = f32x4.splat(1);
  let q = slots(s);
  for (const end = q + <usize>count * step; q < end; q += step) {
    const params = load<usize>(q, AT_PARAMS);
    let maxW = v128.load(params), maxH = v128.load(params + heights);
    let p = params + stride;
    for (let k = 1; k < bins; k++) {
      maxW = f32x4.pmax(maxW, v128.load(p));
      maxH = f32x4.pmax(maxH, v128.load(p + heights));
      p += stride;
    }
    let sumW = f32x4.splat(0), sumH = sumW;
    let e = q;
    p = params;
    for (let k = 0; k < bins; k++) {
      const eW = exp2Negative(f32x4.mul(f32x4.sub(v128.load(p), maxW), scale));
      const eH = exp2Negative(f32x4.mul(f32x4.sub(v128.load(p + heights), maxH), scale));
      v128.store(e, eW, EXPS);
      v128.store(e + expsH, eH, EXPS);
      sumW = f32x4.add(sumW, eW);
      sumH = f32x4.add(sumH, eH);
      p += stride;
      e += 16;
    }
    v128.store(q, f32x4.div(one, sumW), SHARE_W);
    v128.store(q, f32x4.div(one, sumH), SHARE_H);
  }
}
