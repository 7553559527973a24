import { select4 } from "../../device/cpu/kernel/lanes";

/** y = x + sign t on the circle [-bound, bound), over rows x n float32; y may be x. See op.ts. */
export function circularShift(x: usize, t: usize, y: usize, rows: i32, n: i32, bound: f32, sign: f32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16) v128.store(y + i, shifted(v128.load(x + i), v128.load(t + i), bound, sign));
  for (let i = body; i < bytes; i += 4) {
    v128.store_lane<f32>(y + i, shifted(v128.load32_zero(x + i), v128.load32_zero(t + i), bound, sign), 0);
  }
}

// @ts-ignore: decorator
@inline
function shifted(x: v128, t: v128, bound: f32, sign: f32): v128 {
  const half = f32x4.splat(bound);
  const turns = turnsOf(x, half);
  const moved = f32x4.add(f32x4.sub(x, turns), f32x4.mul(f32x4.splat(sign), t));
  const back = turnsOf(moved, half);
  // x - x is 0 for finite numbers only; others stay.
  const finite = f32x4.eq(f32x4.sub(x, x), f32x4.splat(0));
  return select4(f32x4.add(f32x4.sub(moved, back), turns), x, finite);
}

// Whole turns that v is away from its place in [-half, half).
// @ts-ignore: decorator
@inline
function turnsOf(v: v128, half: v128): v128 {
  const turn = f32x4.add(half, half);
  const turns = f32x4.mul(turn, f32x4.floor(f32x4.div(f32x4.add(v, half), turn)));
  const within = v128.and(f32x4.ge(v, f32x4.neg(half)), f32x4.lt(v, half));
  return v128.andnot(turns, within);
}
