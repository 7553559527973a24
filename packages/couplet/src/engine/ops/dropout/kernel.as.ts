import { storeLanes } from "../../device/cpu/kernel/lanes";
import { philox4 } from "../../../random/kernel/philox";

/** y = x scale where the column's random word is at least `threshold` (unsigned), else 0. y may be x. */
export function dropout(
  x: usize,
  y: usize,
  rows: i32,
  n: i32,
  threshold: u32,
  scale: f32,
  layer: u32,
  row0: u32,
  step: u32,
  seedLow: u32,
  seedHigh: u32,
  training: i32,
  scratch: usize,
): void {
  const bytes = (<usize>(rows * n)) << 2;
  if (training == 0) {
    if (x != y) memory.copy(y, x, bytes);
    return;
  }
  const limit = i32x4.splat(threshold),
    factor = f32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < n; j += 16) {
      philox4(row0 + r, j >> 2, layer, step, seedLow, seedHigh, scratch);
      const count = min(16, n - j);
      const at = (<usize>(r * n + j)) << 2;
      for (let k = 0; k < count; k += 4) {
        const offset = (<usize>k) << 2;
        const keep = i32x4.ge_u(v128.load(scratch + offset), limit);
        const v = v128.and(keep, f32x4.mul(v128.load(x + at + offset), factor));
        storeLanes(y + at + offset, v, count - k);
      }
    }
  }
}
