/*
 * The bin of each of a block's arguments, by comparing with every interior knot: its corner, size,
 * derivative logits and number. The last knots are B itself, sizes are differences of knots.
 *
 * A mask says for every knot which lanes are past it. What lies before the bin is added up under the
 * masks, and what belongs to the bin itself is picked where one mask ends and the next does not begin.
 */
import {
  AT_PARAMS, BOUND, EXPS, H, INDEX, SHARE_H, SHARE_W, SHIFT, SPREAD, STEP, U0, U1, VALUE, W, XL, YL,
  slotBytes, slots,
} from "./block";
import { select4 } from "../../../device/cpu/kernel/lanes";
import { CIRCULAR, IDENTITY, tailsOf } from "./tails";
import { madd } from "../../../device/cpu/kernel/madd";

export function locate(count: i32, stride: usize, bins: i32, s: usize, byHeight: bool): void {
  // The searched axis comes first. Two copies, so that neither asks within the loop.
  if (byHeight) locateBy(count, stride, bins, s, SHARE_H, SHARE_W, (<usize>bins) << 4, 0, YL, H, XL, W);
  else locateBy(count, stride, bins, s, SHARE_W, SHARE_H, 0, (<usize>bins) << 4, XL, W, YL, H);
}

// @ts-ignore: decorator
@inline
function locateBy(
  count: i32, stride: usize, bins: i32, s: usize,
  shareA: usize, shareB: usize, expsA: usize, expsB: usize,
  cornerA: usize, sizeA: usize, cornerB: usize, sizeB: usize,
): void {
  const bytes = slotBytes(bins);
  const derivatives = (stride * <usize>bins) << 1;
  const spread = v128.load(s, SPREAD), step = v128.load(s, STEP), bound = v128.load(s, BOUND);
  const shift = v128.load(s, SHIFT);
  const tails = tailsOf(s);
  let q = slots(s);
  for (const end = q + <usize>count * bytes; q < end; q += bytes) {
    const x = v128.load(q, VALUE);
    const v = f32x4.pmax(f32x4.pmin(x, bound), f32x4.neg(bound));
    const perA = f32x4.mul(spread, v128.load(q + shareA)), perB = f32x4.mul(spread, v128.load(q + shareB));
    let knot = f32x4.neg(bound), left = knot, bottom = knot;
    let a = f32x4.splat(0), b = a, u0 = a, u1 = a, u = a;
    let past = i32x4.splat(-1), index = i32x4.splat(0);
    let p = load<usize>(q, AT_PARAMS) + derivatives;
    const first = p;
    if (tails != IDENTITY) {
      u = v128.load(p);
      p += stride;
    }
    let e = q + EXPS;
    for (let k = 1; k < bins; k++) {
      const ak = madd(perA, v128.load(e + expsA), step);
      const bk = madd(perB, v128.load(e + expsB), step);
      knot = f32x4.add(knot, ak);
      const next = f32x4.ge(v, knot);
      const at = v128.andnot(past, next);
      left = f32x4.add(left, v128.and(ak, next));
      bottom = f32x4.add(bottom, v128.and(bk, next));
      a = v128.or(a, v128.and(ak, at));
      b = v128.or(b, v128.and(bk, at));
      u0 = v128.or(u0, v128.and(u, at));
      u = v128.load(p);
      u1 = v128.or(u1, v128.and(u, at));
      index = i32x4.sub(index, next);
      past = next;
      p += stride;
      e += 16;
    }
    // Past the last interior knot: the bin ends at B, where the derivative of identity tails is 1, which is logit 0.
    u0 = v128.or(u0, v128.and(u, past));
    if (tails != IDENTITY) u1 = v128.or(u1, v128.and(v128.load(tails == CIRCULAR ? first : p), past));
    const right = select4(bound, f32x4.add(left, a), past);
    const top = select4(bound, f32x4.add(bottom, b), past);
    v128.store(q + cornerA, left);
    v128.store(q + sizeA, f32x4.sub(right, left));
    v128.store(q + cornerB, bottom);
    v128.store(q + sizeB, f32x4.sub(top, bottom));
    v128.store(q, f32x4.add(u0, shift), U0);
    v128.store(q, f32x4.add(u1, shift), U1);
    v128.store(q, index, INDEX);
  }
}
