/* R rows of A's panel times 8 columns of B's, over the whole depth. */
import { madd } from "../../kernel/madd";

/** 5 x 8. `never` is 0: see kernel.ts. */
export function microKernel5(
  depth: i32, a: usize, b: usize, c: usize, rowBytes: usize, accumulate: bool, never: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let c40 = c00, c41 = c00;
  for (let left = depth; left > 0; left -= 2) {
    const b00 = v128.load(b), b01 = v128.load(b, 16);
    const a00 = v128.load_splat<f32>(a);
    c00 = madd(a00, b00, c00);
    c01 = madd(a00, b01, c01);
    const a01 = v128.load_splat<f32>(a, 4);
    c10 = madd(a01, b00, c10);
    c11 = madd(a01, b01, c11);
    const a02 = v128.load_splat<f32>(a, 8);
    c20 = madd(a02, b00, c20);
    c21 = madd(a02, b01, c21);
    if (never & 1) break;
    const a03 = v128.load_splat<f32>(a, 12);
    c30 = madd(a03, b00, c30);
    c31 = madd(a03, b01, c31);
    const a04 = v128.load_splat<f32>(a, 16);
    c40 = madd(a04, b00, c40);
    c41 = madd(a04, b01, c41);
    if (left == 1) break;
    const b10 = v128.load(b, 32), b11 = v128.load(b, 48);
    const a10 = v128.load_splat<f32>(a, 20);
    c00 = madd(a10, b10, c00);
    c01 = madd(a10, b11, c01);
    const a11 = v128.load_splat<f32>(a, 24);
    c10 = madd(a11, b10, c10);
    c11 = madd(a11, b11, c11);
    const a12 = v128.load_splat<f32>(a, 28);
    c20 = madd(a12, b10, c20);
    c21 = madd(a12, b11, c21);
    if (never & 2) break;
    const a13 = v128.load_splat<f32>(a, 32);
    c30 = madd(a13, b10, c30);
    c31 = madd(a13, b11, c31);
    const a14 = v128.load_splat<f32>(a, 36);
    c40 = madd(a14, b10, c40);
    c41 = madd(a14, b11, c41);
    a += 40;
    b += 64;
  }
  storeRow(c, c00, c01, accumulate);
  c += rowBytes;
  storeRow(c, c10, c11, accumulate);
  c += rowBytes;
  storeRow(c, c20, c21, accumulate);
  c += rowBytes;
  storeRow(c, c30, c31, accumulate);
  c += rowBytes;
  storeRow(c, c40, c41, accumulate);
}

/** 4 x 8. */
export function microKernel4(
  depth: i32, a: usize, b: usize, c: usize, rowBytes: usize, accumulate: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let left = depth; left > 0; left--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a), a1 = v128.load_splat<f32>(a, 4);
    const a2 = v128.load_splat<f32>(a, 8), a3 = v128.load_splat<f32>(a, 12);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    a += 16;
    b += 32;
  }
  storeRow(c, c00, c01, accumulate);
  c += rowBytes;
  storeRow(c, c10, c11, accumulate);
  c += rowBytes;
  storeRow(c, c20, c21, accumulate);
  c += rowBytes;
  storeRow(c, c30, c31, accumulate);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    left = f32x4.add(left, v128.load(c));
    right = f32x4.add(right, v128.load(c, 16));
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}
