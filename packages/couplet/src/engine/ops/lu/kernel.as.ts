/*
 * LU linear layer. Sixteen rows at a time are turned so that lanes run over rows: element i of the
 * sixteen is four vectors, and every triangular product or solve is one `sweep` without a leftover
 * lane. Gradients of the triangles are sums over rows of outer products, lanes over columns.
 */
import { exp4 } from "../../device/cpu/kernel/exp";
import { storeLanes } from "../../device/cpu/kernel/lanes";
import { madd } from "../../device/cpu/kernel/madd";

const BLOCK: i32 = 16;

/** y = L U x + b; logDet = sum d. y may be x. Scratch: 16 n + 2 n + 8 floats. */
export function luEncode(
  x: usize, lower: usize, upper: usize, logDiagonal: usize, bias: usize, y: usize, logDet: usize,
  images: i32, n: i32, pixels: i32, scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  fillLogDet(logDiagonal, logDet, images, n, pixels);
  const diagonal = scratch + stride * BLOCK;
  exponentials(logDiagonal, diagonal, n, false);
  for (let r = 0; r < rows; r += BLOCK) {
    const count = min(BLOCK, rows - r);
    const at = <usize>r * stride;
    turn(x + at, scratch, count, n, 0);
    sweep(scratch, upper, stride, 4, n, true, true, diagonal);
    sweep(scratch, lower, stride, 4, n, false, true, 0);
    turnBack(scratch, y + at, count, n, bias);
  }
}

/** x = U^-1 L^-1 (y - b); logDet = sum d unless its address is 0. x may be y. */
export function luDecode(
  y: usize, lower: usize, upper: usize, logDiagonal: usize, bias: usize, x: usize, logDet: usize,
  images: i32, n: i32, pixels: i32, scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  if (logDet != 0) fillLogDet(logDiagonal, logDet, images, n, pixels);
  const diagonal = scratch + stride * BLOCK;
  exponentials(logDiagonal, diagonal, n, true);
  for (let r = 0; r < rows; r += BLOCK) {
    const count = min(BLOCK, rows - r);
    const at = <usize>r * stride;
    turn(y + at, scratch, count, n, bias);
    sweep(scratch, lower, stride, 4, n, false, false, 0);
    sweep(scratch, upper, stride, 4, n, true, false, diagonal);
    turnBack(scratch, x + at, count, n, 0);
  }
}

/** gx = U^T L^T gy, and the parameters' gradients. gx may be gy. `tile` holds 3 n + 4 floats per row. */
export function luEncodeVjp(
  x: usize, lower: usize, upper: usize, logDiagonal: usize, bias: usize, gy: usize, gLogDet: usize, gx: usize,
  images: i32, n: i32, pixels: i32, scratch: usize, gLower: usize, gUpper: usize, gDiagonal: usize, gBias: usize, tile: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  const t = tile, h = tile + <usize>rows * stride;
  const diagonal = scratch + stride * BLOCK;
  exponentials(logDiagonal, diagonal, n, false);
  for (let r = 0; r < rows; r += BLOCK) {
    const count = min(BLOCK, rows - r);
    const at = <usize>r * stride;
    turn(x + at, scratch, count, n, 0);
    sweep(scratch, upper, stride, 4, n, true, true, diagonal);
    turnBack(scratch, t + at, count, n, 0);
    turn(gy + at, scratch, count, n, 0);
    sweep(scratch, lower, 4, stride, n, true, true, 0);
    turnBack(scratch, h + at, count, n, 0);
  }
  accumulate(gy, t, h, x, gLogDet, diagonal, images, n, pixels, 1, gLower, gUpper, gDiagonal, gBias);
  for (let r = 0; r < rows; r += BLOCK) {
    const count = min(BLOCK, rows - r);
    const at = <usize>r * stride;
    turn(h + at, scratch, count, n, 0);
    sweep(scratch, upper, 4, stride, n, false, true, diagonal);
    turnBack(scratch, gx + at, count, n, 0);
  }
}

/** gy = L^-T U^-T gx, and the parameters' gradients. gy may be gx. */
export function luDecodeVjp(
  y: usize, lower: usize, upper: usize, logDiagonal: usize, bias: usize, gx: usize, gLogDet: usize, gy: usize,
  images: i32, n: i32, pixels: i32, scratch: usize, gLower: usize, gUpper: usize, gDiagonal: usize, gBias: usize, tile: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  const t = tile, h = t + <usize>rows * stride, x = h + <usize>rows * stride;
  const diagonal = scratch + stride * BLOCK;
  exponentials(logDiagonal, diagonal, n, true);
  for (let r = 0; r < rows; r += BLOCK) {
    const count = min(BLOCK, rows - r);
    const at = <usize>r * stride;
    turn(y + at, scratch, count, n, bias);
    sweep(scratch, lower, stride, 4, n, false, false, 0);
    turnBack(scratch, t + at, count, n, 0);
    sweep(scratch, upper, stride, 4, n, true, false, diagonal);
    turnBack(scratch, x + at, count, n, 0);
    turn(gx + at, scratch, count, n, 0);
    sweep(scratch, upper, 4, stride, n, false, false, diagonal);
    turnBack(scratch, h + at, count, n, 0);
    sweep(scratch, lower, 4, stride, n, true, false, 0);
    turnBack(scratch, gy + at, count, n, 0);
  }
  exponentials(logDiagonal, diagonal, n, false);
  accumulate(gy, t, h, x, gLogDet, diagonal, images, n, pixels, -1, gLower, gUpper, gDiagonal, gBias);
}

/**
 * One triangular product (or solve) in place on a turned block v. m[i][j] stands at
 * m + i down + j across, so a transpose is a swap of steps. With `above` the sum runs over j > i,
 * else over j < i. `diagonal` holds the factors of the diagonal (for a solve: their inverses), or is
 * 0 for ones.
 */
function sweep(
  v: usize, m: usize, down: usize, across: usize, n: i32, above: bool, multiply: bool, diagonal: usize,
): void {
  // Products read elements not yet replaced, solves read replaced ones.
  const ascending = above == multiply;
  for (let k = 0; k < n; k++) {
    const i = ascending ? k : n - 1 - k;
    const at = v + ((<usize>i) << 6);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    const first = above ? i + 1 : 0, last = above ? n : i;
    let p = m + <usize>i * down + <usize>first * across;
    let q = v + ((<usize>first) << 6);
    for (let j = first; j < last; j++) {
      const factor = v128.load32_splat(p);
      s0 = madd(factor, v128.load(q), s0);
      s1 = madd(factor, v128.load(q, 16), s1);
      s2 = madd(factor, v128.load(q, 32), s2);
      s3 = madd(factor, v128.load(q, 48), s3);
      p += across;
      q += 64;
    }
    const d = diagonal == 0 ? f32x4.splat(1) : v128.load32_splat(diagonal + ((<usize>i) << 2));
    if (multiply) {
      v128.store(at, madd(d, v128.load(at), s0));
      v128.store(at, madd(d, v128.load(at, 16), s1), 16);
      v128.store(at, madd(d, v128.load(at, 32), s2), 32);
      v128.store(at, madd(d, v128.load(at, 48), s3), 48);
    } else {
      v128.store(at, f32x4.mul(d, f32x4.sub(v128.load(at), s0)));
      v128.store(at, f32x4.mul(d, f32x4.sub(v128.load(at, 16), s1)), 16);
      v128.store(at, f32x4.mul(d, f32x4.sub(v128.load(at, 32), s2)), 32);
      v128.store(at, f32x4.mul(d, f32x4.sub(v128.load(at, 48), s3)), 48);
    }
  }
}

/** gL += sign g t^T, gU += sign h x^T (strict triangles), gd += sign h x exp(d) + gLogDet, gb += sign g. */
function accumulate(
  g: usize, t: usize, h: usize, x: usize, gLogDet: usize, diagonal: usize, images: i32, n: i32, pixels: i32, sign: f32,
  gLower: usize, gUpper: usize, gDiagonal: usize, gBias: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  let fromLogDet: f64 = 0;
  if (gLogDet != 0) for (let r = 0; r < images; r++) fromLogDet += load<f64>(gLogDet + ((<usize>r) << 3));
  fromLogDet *= <f64>pixels;
  for (let i = 0; i < n; i++) {
    const row = (<usize>i) << 2;
    for (let j = 0; j < i; j += 4) {
      outer(g + row, t + ((<usize>j) << 2), gLower + <usize>i * stride + ((<usize>j) << 2), stride, rows, sign, min(4, i - j));
    }
    for (let j = i + 1; j < n; j += 4) {
      outer(h + row, x + ((<usize>j) << 2), gUpper + <usize>i * stride + ((<usize>j) << 2), stride, rows, sign, min(4, n - j));
    }
    let onDiagonal: f32 = 0, onBias: f32 = 0;
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * stride + row;
      onDiagonal += load<f32>(h + at) * load<f32>(x + at);
      onBias += load<f32>(g + at);
    }
    const e = load<f32>(diagonal + row);
    store<f32>(gDiagonal + row, load<f32>(gDiagonal + row) + sign * onDiagonal * e + <f32>fromLogDet);
    store<f32>(gBias + row, load<f32>(gBias + row) + sign * onBias);
  }
}

// to[0 .. count) += sign sum_r a_r b_r[0 .. 4).
// @ts-ignore: decorator
@inline
function outer(a: usize, b: usize, to: usize, stride: usize, rows: i32, sign: f32, count: i32): void {
  let sum = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    sum = madd(v128.load32_splat(a), v128.load(b), sum);
    a += stride;
    b += stride;
  }
  storeLanes(to, madd(sum, f32x4.splat(sign), v128.load(to)), count);
}

/** Lanes over rows: block[i][r] = x[r][i] - bias[i]; missing rows are zero. */
function turn(x: usize, block: usize, count: i32, n: i32, bias: usize): void {
  const stride = (<usize>n) << 2;
  for (let i = 0; i < n; i++) {
    const offset = (<usize>i) << 2;
    const to = block + (offset << 4);
    const b: f32 = bias == 0 ? 0 : load<f32>(bias + offset);
    let from = x + offset;
    for (let r = 0; r < count; r++) {
      store<f32>(to + ((<usize>r) << 2), load<f32>(from) - b);
      from += stride;
    }
    for (let r = count; r < BLOCK; r++) store<f32>(to + ((<usize>r) << 2), 0);
  }
}

/** x[r][i] = block[i][r] + bias[i]. */
function turnBack(block: usize, x: usize, count: i32, n: i32, bias: usize): void {
  const stride = (<usize>n) << 2;
  for (let i = 0; i < n; i++) {
    const offset = (<usize>i) << 2;
    const from = block + (offset << 4);
    const b: f32 = bias == 0 ? 0 : load<f32>(bias + offset);
    let to = x + offset;
    for (let r = 0; r < count; r++) {
      store<f32>(to, load<f32>(from + ((<usize>r) << 2)) + b);
      to += stride;
    }
  }
}

function exponentials(logDiagonal: usize, to: usize, n: i32, inverse: bool): void {
  for (let i = 0; i < n; i += 4) {
    const offset = (<usize>i) << 2;
    const d = v128.load(logDiagonal + offset);
    v128.store(to + offset, exp4(inverse ? f32x4.neg(d) : d));
  }
}

function fillLogDet(logDiagonal: usize, logDet: usize, rows: i32, n: i32, pixels: i32): void {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += <f64>load<f32>(logDiagonal + ((<usize>i) << 2));
  sum *= <f64>pixels;
  for (let r = 0; r < rows; r++) store<f64>(logDet + ((<usize>r) << 3), sum);
}
