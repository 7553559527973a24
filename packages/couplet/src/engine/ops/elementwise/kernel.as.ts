import { exp4 } from "../../device/cpu/kernel/exp";
import { storeLanes } from "../../device/cpu/kernel/lanes";

/** out = a b over rows x n float32; out may be a or b. */
export function multiplyRows(a: usize, b: usize, out: usize, rows: i32, n: i32): void {
  const bytes = (<usize>(rows * n)) << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    storeLanes(out + i, f32x4.mul(v128.load(a + i), v128.load(b + i)), <i32>((bytes - i) >> 2));
  }
}

/** out = factor a; out may be a. */
export function scaleRows(a: usize, out: usize, rows: i32, n: i32, factor: f32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const f = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 16) {
    storeLanes(out + i, f32x4.mul(f, v128.load(a + i)), <i32>((bytes - i) >> 2));
  }
}

/** out = a sigmoid(b); out may be a. */
export function sigmoidGate(a: usize, b: usize, out: usize, rows: i32, n: i32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const e = exp4(f32x4.neg(v128.load(b + i)));
    storeLanes(out + i, f32x4.div(v128.load(a + i), f32x4.add(one, e)), <i32>((bytes - i) >> 2));
  }
}

/** ga = g sigmoid(b), gb = ga a sigmoid(-b); ga may be g. */
export function sigmoidGateVjp(
  a: usize,
  b: usize,
  g: usize,
  ga: usize,
  gb: usize,
  rows: i32,
  n: i32,
): void {
  const bytes = (<usize>(rows * n)) << 2;
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const count = <i32>((bytes - i) >> 2);
    const v = v128.load(b + i),
      x = v128.load(a + i);
    const out = f32x4.div(v128.load(g + i), f32x4.add(one, exp4(f32x4.neg(v))));
    const other = f32x4.div(f32x4.mul(out, x), f32x4.add(one, exp4(v)));
    storeLanes(ga + i, out, count);
    storeLanes(gb + i, other, count);
  }
}
