// C = op(A) op(B) + beta C, row-major float32, packed panels and a 4 x 8 micro-kernel.
//
// The ladder: a plain triple loop reaches about 1.7 GFLOP/s; SIMD over columns of C without packing
// about 9; packed panels with eight accumulators about 36 (50 with fused multiply-add). A 6 x 8 tile
// spills registers.
//
// A is packed in panels of 4 rows (k x 4), one block of rows x depth at a time; B one panel of 8
// columns (k x 8) at a time, which then stays in L1 while all panels of A stream past it.
import { madd } from "../kernel/madd";

// A's block of BLOCK_ROWS x BLOCK_DEPTH floats is 256 kB: half of a 512 kB L2.
const BLOCK_ROWS: i32 = 256;
const BLOCK_DEPTH: i32 = 256;

/** Scratch: (256 + 8) * 256 floats. `scratch` must be 16-byte aligned. */
export function gemm(
  transA: i32, transB: i32, m: i32, n: i32, k: i32,
  a: usize, lda: i32, b: usize, ldb: i32, beta: i32, c: usize, ldc: i32, scratch: usize,
): void {
  const packedA = scratch;
  const packedB = scratch + <usize>(BLOCK_ROWS * BLOCK_DEPTH * 4);
  const rowBytes = (<usize>ldc) << 2;
  for (let p0 = 0; p0 < k; p0 += BLOCK_DEPTH) {
    const depth = min(BLOCK_DEPTH, k - p0);
    const accumulate = beta != 0 || p0 > 0;
    for (let i0 = 0; i0 < m; i0 += BLOCK_ROWS) {
      const height = min(BLOCK_ROWS, m - i0);
      if (transA) packPanelsContiguous(a + ((<usize>(p0 * lda + i0)) << 2), lda, depth, height, packedA);
      else packPanelsStrided(a + ((<usize>(i0 * lda + p0)) << 2), lda, depth, height, packedA);
      for (let j0 = 0; j0 < n; j0 += 8) {
        const width = min(8, n - j0);
        if (transB) packWideStrided(b + ((<usize>(j0 * ldb + p0)) << 2), ldb, depth, width, packedB);
        else packWideContiguous(b + ((<usize>(p0 * ldb + j0)) << 2), ldb, depth, width, packedB);
        let target = c + ((<usize>(i0 * ldc + j0)) << 2);
        let panel = packedA;
        for (let i = 0; i < height; i += 4) {
          const tall = min(4, height - i);
          if (tall == 4 && width == 8) microKernel(depth, panel, packedB, target, rowBytes, accumulate);
          else edgeKernel(depth, panel, packedB, target, rowBytes, accumulate, tall, width);
          panel += (<usize>depth) << 4;
          target += rowBytes << 2;
        }
      }
    }
  }
}

/** Rows of A contiguous over depth: panels of 4 rows by 4 x 4 transposes. Missing rows are zero. */
function packPanelsStrided(a: usize, lda: i32, depth: i32, height: i32, to: usize): void {
  const stride = (<usize>lda) << 2;
  const body = depth & ~3;
  for (let i = 0; i < height; i += 4) {
    const rows = height - i;
    const r0 = a + <usize>i * stride;
    // A missing row repeats row 0: what it adds is never stored.
    const r1 = rows > 1 ? r0 + stride : r0;
    const r2 = rows > 2 ? r0 + 2 * stride : r0;
    const r3 = rows > 3 ? r0 + 3 * stride : r0;
    let p: usize = 0;
    const end = (<usize>body) << 2;
    for (; p < end; p += 16) {
      transpose4(v128.load(r0 + p), v128.load(r1 + p), v128.load(r2 + p), v128.load(r3 + p), to, 16);
      to += 64;
    }
    for (const last = (<usize>depth) << 2; p < last; p += 4) {
      store<f32>(to, load<f32>(r0 + p));
      store<f32>(to, load<f32>(r1 + p), 4);
      store<f32>(to, load<f32>(r2 + p), 8);
      store<f32>(to, load<f32>(r3 + p), 12);
      to += 16;
    }
  }
}

/** A stored depth x rows: a panel is 4 neighbours of every row. */
function packPanelsContiguous(a: usize, lda: i32, depth: i32, height: i32, to: usize): void {
  const stride = (<usize>lda) << 2;
  for (let i = 0; i < height; i += 4) {
    let from = a + ((<usize>i) << 2);
    const rows = height - i;
    if (rows >= 4) {
      for (let p = 0; p < depth; p++, from += stride, to += 16) v128.store(to, v128.load(from));
    } else {
      for (let p = 0; p < depth; p++, from += stride, to += 16) {
        for (let r = 0; r < 4; r++) store<f32>(to + ((<usize>r) << 2), r < rows ? load<f32>(from + ((<usize>r) << 2)) : 0);
      }
    }
  }
}

/** B stored depth x columns: 8 neighbours of every row. Missing columns are zero. */
function packWideContiguous(b: usize, ldb: i32, depth: i32, width: i32, to: usize): void {
  const stride = (<usize>ldb) << 2;
  if (width == 8) {
    for (let p = 0; p < depth; p++, b += stride, to += 32) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
  } else {
    for (let p = 0; p < depth; p++, b += stride, to += 32) {
      for (let j = 0; j < 8; j++) store<f32>(to + ((<usize>j) << 2), j < width ? load<f32>(b + ((<usize>j) << 2)) : 0);
    }
  }
}

/** B stored columns x depth: 8 rows of it become a panel, by two 4 x 4 transposes at a time. */
function packWideStrided(b: usize, ldb: i32, depth: i32, width: i32, to: usize): void {
  const stride = (<usize>ldb) << 2;
  const body = depth & ~3;
  for (let half = 0; half < 2; half++) {
    const rows = width - half * 4;
    const r0 = rows > 0 ? b + <usize>(half * 4) * stride : b;
    const r1 = rows > 1 ? r0 + stride : r0;
    const r2 = rows > 2 ? r0 + 2 * stride : r0;
    const r3 = rows > 3 ? r0 + 3 * stride : r0;
    let out = to + ((<usize>half) << 4);
    let p: usize = 0;
    for (const end = (<usize>body) << 2; p < end; p += 16) {
      transpose4(v128.load(r0 + p), v128.load(r1 + p), v128.load(r2 + p), v128.load(r3 + p), out, 32);
      out += 128;
    }
    for (const last = (<usize>depth) << 2; p < last; p += 4) {
      store<f32>(out, load<f32>(r0 + p));
      store<f32>(out, load<f32>(r1 + p), 4);
      store<f32>(out, load<f32>(r2 + p), 8);
      store<f32>(out, load<f32>(r3 + p), 12);
      out += 32;
    }
  }
}

// @ts-ignore: decorator
@inline
function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, step: usize): void {
  const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5), b = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const c = i32x4.shuffle(r2, r3, 0, 4, 1, 5), d = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(a, c, 0, 2));
  v128.store(to + step, i64x2.shuffle(a, c, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(b, d, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(b, d, 1, 3));
}

function microKernel(depth: i32, a: usize, b: usize, c: usize, rowBytes: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let left = depth;
  for (; left >= 4; left -= 4) {
    for (let u: usize = 0; u < 4; u++) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      const a0 = v128.load_splat<f32>(a);
      c00 = madd(a0, b0, c00);
      c01 = madd(a0, b1, c01);
      const a1 = v128.load_splat<f32>(a, 4);
      c10 = madd(a1, b0, c10);
      c11 = madd(a1, b1, c11);
      const a2 = v128.load_splat<f32>(a, 8);
      c20 = madd(a2, b0, c20);
      c21 = madd(a2, b1, c21);
      const a3 = v128.load_splat<f32>(a, 12);
      c30 = madd(a3, b0, c30);
      c31 = madd(a3, b1, c31);
      a += 16;
      b += 32;
    }
  }
  for (; left > 0; left--) {
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


function edgeKernel(
  depth: i32, a: usize, b: usize, c: usize, rowBytes: usize, accumulate: bool, tall: i32, width: i32,
): void {
  let r0l = f32x4.splat(0), r0r = r0l, r1l = r0l, r1r = r0l, r2l = r0l, r2r = r0l, r3l = r0l, r3r = r0l;
  for (let p = 0; p < depth; p++, a += 16, b += 32) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a), a1 = v128.load_splat<f32>(a, 4);
    const a2 = v128.load_splat<f32>(a, 8), a3 = v128.load_splat<f32>(a, 12);
    r0l = madd(a0, b0, r0l);
    r0r = madd(a0, b1, r0r);
    r1l = madd(a1, b0, r1l);
    r1r = madd(a1, b1, r1r);
    r2l = madd(a2, b0, r2l);
    r2r = madd(a2, b1, r2r);
    r3l = madd(a3, b0, r3l);
    r3r = madd(a3, b1, r3r);
  }
  for (let i = 0; i < tall; i++) {
    storePartial(c, i == 0 ? r0l : i == 1 ? r1l : i == 2 ? r2l : r3l, min(4, width), accumulate);
    storePartial(c + 16, i == 0 ? r0r : i == 1 ? r1r : i == 2 ? r2r : r3r, width - 4, accumulate);
    c += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function storePartial(c: usize, v: v128, count: i32, accumulate: bool): void {
  if (count >= 4) {
    v128.store(c, accumulate ? f32x4.add(v, v128.load(c)) : v);
    return;
  }
  if (count > 0) store<f32>(c, f32x4.extract_lane(v, 0) + (accumulate ? load<f32>(c) : 0));
  if (count > 1) store<f32>(c, f32x4.extract_lane(v, 1) + (accumulate ? load<f32>(c, 4) : 0), 4);
  if (count > 2) store<f32>(c, f32x4.extract_lane(v, 2) + (accumulate ? load<f32>(c, 8) : 0), 8);
}
