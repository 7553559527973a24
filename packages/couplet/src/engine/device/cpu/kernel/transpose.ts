/** Stores the transpose of four rows of four at `to`, its rows `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, step: usize): void {
  const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5), b = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const c = i32x4.shuffle(r2, r3, 0, 4, 1, 5), d = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(a, c, 0, 2));
  v128.store(to + step, i64x2.shuffle(a, c, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(b, d, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(b, d, 1, 3));
}
