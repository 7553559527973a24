/*
 * Philox4x32-10 (Salmon et al. 2011) on four counters at once: lane l of the four results is the block
 * of counter (c0, c1 + l, c2, c3). Results go to `to`: word 0 of the four lanes, word 1, 2, 3.
 */
export function philox4(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32, to: usize): void {
  const x1 = i32x4.add(i32x4.splat(c1), i32x4(0, 1, 2, 3));
  philoxRounds(i32x4.splat(c0), x1, i32x4.splat(c2), i32x4.splat(c3), k0, k1, to);
}

/** The same of any four counters. */
export function philoxRounds(x0: v128, x1: v128, x2: v128, x3: v128, k0: u32, k1: u32, to: usize): void {
  const m0 = i32x4.splat(<i32>0xd2511f53), m1 = i32x4.splat(<i32>0xcd9e8d57);
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(x0, m0), b = i64x2.extmul_high_i32x4_u(x0, m0);
    const c = i64x2.extmul_low_i32x4_u(x2, m1), d = i64x2.extmul_high_i32x4_u(x2, m1);
    const low0 = i32x4.shuffle(a, b, 0, 2, 4, 6), high0 = i32x4.shuffle(a, b, 1, 3, 5, 7);
    const low1 = i32x4.shuffle(c, d, 0, 2, 4, 6), high1 = i32x4.shuffle(c, d, 1, 3, 5, 7);
    x0 = v128.xor(v128.xor(high1, x1), i32x4.splat(k0));
    x1 = low1;
    x2 = v128.xor(v128.xor(high0, x3), i32x4.splat(k1));
    x3 = low0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(to, x0);
  v128.store(to, x1, 16);
  v128.store(to, x2, 32);
  v128.store(to, x3, 48);
}

// (word + 1/2) 2^-32, in (0, 1]: float32 rounds the largest words up to 1.
// @ts-ignore: decorator
@inline
export function uniform4(word: v128): v128 {
  const scaled = f32x4.mul(f32x4.convert_i32x4_u(word), f32x4.splat(2.3283064365386963e-10));
  return f32x4.add(scaled, f32x4.splat(1.1641532182693481e-10));
}
