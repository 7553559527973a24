import { storeLanes } from "../../device/cpu/kernel/lanes";

/** v = scale (x + u) + offset; logDet = constant in every row. v may be x or u. */
export function dequantise(
  x: usize, u: usize, v: usize, logDet: usize, rows: i32, n: i32, scale: f32, offset: f32, constant: f64,
): void {
  const bytes = (<usize>(rows * n)) << 2;
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  for (let i: usize = 0; i < bytes; i += 16) {
    const sum = f32x4.add(v128.load(x + i), v128.load(u + i));
    storeLanes(v + i, f32x4.add(f32x4.mul(s, sum), o), <i32>((bytes - i) >> 2));
  }
  for (let r = 0; r < rows; r++) store<f64>(logDet + ((<usize>r) << 3), constant);
}

/** x = floor((v - offset) inverse) within 0 and most; x may be v. */
export function quantise(
  v: usize, x: usize, rows: i32, n: i32, inverse: f32, offset: f32, most: f32,
): void {
  const bytes = (<usize>(rows * n)) << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const w = f32x4.mul(f32x4.sub(v128.load(v + i), f32x4.splat(offset)), f32x4.splat(inverse));
    const bounded = f32x4.min(f32x4.splat(most), f32x4.max(f32x4.splat(0), f32x4.floor(w)));
    storeLanes(x + i, bounded, <i32>((bytes - i) >> 2));
  }
}
