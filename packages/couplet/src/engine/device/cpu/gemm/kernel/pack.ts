/* Packing of panels: 5 or 4 rows of A beside each other for every step of depth, 8 columns of B. */
import { transpose4 } from "../../kernel/transpose";

/**
 * Rows of the next panel when `left` are left: fives, after as many fours as it takes to end even. Under 4 only as the last.
 * Without fused multiply-add a product needs a register of its own, and only fours have one left.
 */
// @ts-ignore: decorator
@inline
export function panelRows(left: i32): i32 {
  return ASC_FEATURE_RELAXED_SIMD && left % 5 == 0 ? 5 : min(left, 4);
}

/** Rows of A contiguous over depth: panels by 4 x 4 transposes, and the fifth row by its lanes. */
export function packPanelsStrided(a: usize, lda: i32, depth: i32, height: i32, to: usize): void {
  const stride = (<usize>lda) << 2;
  const body = (<usize>(depth & ~3)) << 2;
  const last = (<usize>depth) << 2;
  for (let i = 0; i < height; ) {
    const rows = panelRows(height - i);
    const r0 = a + <usize>i * stride;
    // A missing row repeats row 0: what it adds is never stored.
    const r1 = rows > 1 ? r0 + stride : r0;
    const r2 = rows > 2 ? r0 + 2 * stride : r0;
    const r3 = rows > 3 ? r0 + 3 * stride : r0;
    const r4 = r0 + 4 * stride;
    const step: usize = rows == 5 ? 20 : 16;
    let p: usize = 0;
    for (; p < body; p += 16) {
      transpose4(v128.load(r0 + p), v128.load(r1 + p), v128.load(r2 + p), v128.load(r3 + p), to, step);
      if (rows == 5) {
        const v = v128.load(r4 + p);
        v128.store_lane<f32>(to, v, 0, 16);
        v128.store_lane<f32>(to, v, 1, 36);
        v128.store_lane<f32>(to, v, 2, 56);
        v128.store_lane<f32>(to, v, 3, 76);
      }
      to += 4 * step;
    }
    for (; p < last; p += 4) {
      store<f32>(to, load<f32>(r0 + p));
      store<f32>(to, load<f32>(r1 + p), 4);
      store<f32>(to, load<f32>(r2 + p), 8);
      store<f32>(to, load<f32>(r3 + p), 12);
      if (rows == 5) store<f32>(to, load<f32>(r4 + p), 16);
      to += step;
    }
    i += rows;
  }
}

/** A stored depth x rows: a panel is neighbours of every row. */
export function packPanelsContiguous(a: usize, lda: i32, depth: i32, height: i32, to: usize): void {
  const stride = (<usize>lda) << 2;
  for (let i = 0; i < height; ) {
    let from = a + ((<usize>i) << 2);
    const rows = panelRows(height - i);
    if (rows == 5) {
      for (let p = 0; p < depth; p++, from += stride, to += 20) {
        v128.store(to, v128.load(from));
        store<f32>(to, load<f32>(from, 16), 16);
      }
    } else if (rows == 4) {
      for (let p = 0; p < depth; p++, from += stride, to += 16) v128.store(to, v128.load(from));
    } else {
      for (let p = 0; p < depth; p++, from += stride, to += 16) {
        for (let r = 0; r < 4; r++) store<f32>(to + ((<usize>r) << 2), r < rows ? load<f32>(from + ((<usize>r) << 2)) : 0);
      }
    }
    i += rows;
  }
}

/** B stored depth x columns: panels of 8 neighbours of every row, two panels (a cache line) at a time. Missing columns are zero. */
export function packWideContiguous(b: usize, ldb: i32, depth: i32, columns: i32, to: usize): void {
  const stride = (<usize>ldb) << 2;
  const panel = (<usize>depth) << 5;
  let j = 0;
  for (; j + 16 <= columns; j += 16, b += 64, to += panel) {
    let from = b;
    for (let p = 0; p < depth; p++, from += stride, to += 32) {
      const other = to + panel;
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(other, v128.load(from, 32));
      v128.store(other, v128.load(from, 48), 16);
    }
  }
  for (; j < columns; j += 8, b += 32) {
    const width = min(8, columns - j);
    let from = b;
    if (width == 8) {
      for (let p = 0; p < depth; p++, from += stride, to += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else {
      for (let p = 0; p < depth; p++, from += stride, to += 32) {
        for (let i = 0; i < 8; i++) store<f32>(to + ((<usize>i) << 2), i < width ? load<f32>(from + ((<usize>i) << 2)) : 0);
      }
    }
  }
}

/** B stored columns x depth: 4 rows of it become half a panel, by 4 x 4 transposes. A missing column repeats another. */
export function packWideStrided(b: usize, ldb: i32, depth: i32, columns: i32, to: usize): void {
  const stride = (<usize>ldb) << 2;
  const body = depth & ~3;
  for (let j = 0; j < ((columns + 7) & ~7); j += 4) {
    const rows = columns - j;
    const r0 = rows > 0 ? b + <usize>j * stride : b;
    const r1 = rows > 1 ? r0 + stride : r0;
    const r2 = rows > 2 ? r0 + 2 * stride : r0;
    const r3 = rows > 3 ? r0 + 3 * stride : r0;
    let out = to + <usize>(j >> 3) * ((<usize>depth) << 5) + ((<usize>(j & 4)) << 2);
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
