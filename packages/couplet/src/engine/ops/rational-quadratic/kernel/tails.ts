/* How the spline goes on outside its box; see reference.ts. */
import { BOUND, TAILS, TURNS, VALUE, slotBytes, slots } from "./block";
import { select4 } from "../../../device/cpu/kernel/lanes";

export const IDENTITY: i32 = 0;
export const LINEAR: i32 = 1;
export const CIRCULAR: i32 = 2;

// @ts-ignore: decorator
@inline
export function tailsOf(s: usize): i32 {
  return load<i32>(s, TAILS);
}

/** Puts a block's arguments to their places on the circle [-B, B], and with `keep` remembers by how much. Infinities and NaN stay. */
export function turnIn(count: i32, bins: i32, s: usize, keep: bool): void {
  const bytes = slotBytes(bins);
  const bound = v128.load(s, BOUND);
  const turn = f32x4.add(bound, bound);
  let q = slots(s);
  for (const end = q + <usize>count * bytes; q < end; q += bytes) {
    const x = v128.load(q, VALUE);
    const turns = f32x4.nearest(f32x4.div(x, turn));
    const v = f32x4.pmax(f32x4.pmin(f32x4.sub(x, f32x4.mul(turn, turns)), bound), f32x4.neg(bound));
    const beyond = f32x4.sub(x, v);
    // x - x is 0 for finite numbers only.
    const finite = f32x4.eq(f32x4.sub(x, x), f32x4.splat(0));
    const moved = v128.and(finite, f32x4.gt(f32x4.abs(x), bound));
    v128.store(q, select4(v, x, moved), VALUE);
    if (keep) v128.store(q, v128.and(beyond, moved), TURNS);
  }
}

/** Puts a block's results back to where their arguments were. */
export function turnBack(count: i32, bins: i32, s: usize): void {
  const bytes = slotBytes(bins);
  let q = slots(s);
  for (const end = q + <usize>count * bytes; q < end; q += bytes) {
    v128.store(q, f32x4.add(v128.load(q, VALUE), v128.load(q, TURNS)), VALUE);
  }
}
