/*
 * Rational-quadratic coupling: rows x n variables, parameters [K widths | K heights | K - 1
 * derivatives], each n wide. Lanes run over the variables of a row; the n mod 4 variables left over
 * are gathered four at a time across rows, so that narrow tables fill the lanes too.
 */
import { sumToF64 } from "../../device/cpu/kernel/lanes";
import { LOG_SLOPE, decode4, encode4, exponentialsEnd, prepare, pullBack4 } from "./kernel/spline";

/** y and logDet of x. y may be x. */
export function rqsEncode(
  x: usize, params: usize, y: usize, logDet: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale);
  mapRows(x, params, y, logDet, rows, n, bins, scratch, false);
}

/** x of y, and encode's logDet there unless its address is 0. x may be y. */
export function rqsDecode(
  y: usize, params: usize, x: usize, logDet: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale);
  mapRows(y, params, x, logDet, rows, n, bins, scratch, true);
}

/** Cotangents of x and the parameters. gx may be gy, gParams may be params, gLogDet may be 0 (none). */
export function rqsEncodeVjp(
  x: usize, params: usize, gy: usize, gLogDet: usize, gx: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale);
  vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, bins, scratch, false);
}

/** Cotangents of y and the parameters. */
export function rqsDecodeVjp(
  y: usize, params: usize, gx: usize, gLogDet: usize, gy: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale);
  vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, bins, scratch, true);
}

function mapRows(
  v: usize, params: usize, out: usize, logDet: usize, rows: i32, n: i32, bins: i32, s: usize, decode: bool,
): void {
  const stride = (<usize>n) << 2;
  const count = 3 * bins - 1;
  const body = stride & ~15;
  const wanted = logDet != 0;
  for (let r = 0; r < rows; r++) {
    const at = <usize>r * stride;
    const p = params + at * <usize>count;
    let sum: f64 = 0;
    for (let j: usize = 0; j < body; j += 16) {
      const a = v128.load(v + at + j);
      const b = decode
        ? decode4(a, p + j, stride, bins, s, wanted)
        : encode4(a, p + j, stride, bins, s);
      v128.store(out + at + j, b);
      if (wanted) sum += sumToF64(v128.load(s, LOG_SLOPE));
    }
    if (wanted) store<f64>(logDet + ((<usize>r) << 3), sum);
  }
  const tail = n & 3;
  const total = tail * rows;
  const gathered = exponentialsEnd(s, bins);
  const packed = gathered + ((<usize>count) << 4);
  for (let e = 0; e < total; e += 4) {
    const lanes = min<i32>(4, total - e);
    gather(params, gathered, e, lanes, tail, n, count);
    for (let lane = 0; lane < lanes; lane++) {
      const at = place(e + lane, tail, n, 1);
      store<f32>(packed + ((<usize>lane) << 2), load<f32>(v + at));
    }
    const a = v128.load(packed);
    const b = decode ? decode4(a, gathered, 16, bins, s, wanted) : encode4(a, gathered, 16, bins, s);
    v128.store(packed, b);
    for (let lane = 0; lane < lanes; lane++) {
      const from = (<usize>lane) << 2;
      store<f32>(out + place(e + lane, tail, n, 1), load<f32>(packed + from));
      if (wanted) {
        const to = logDet + ((<usize>((e + lane) / tail)) << 3);
        store<f64>(to, load<f64>(to) + <f64>load<f32>(s + LOG_SLOPE + from));
      }
    }
  }
}

function vjpRows(
  v: usize, params: usize, g: usize, gLogDet: usize, gv: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, s: usize, decode: bool,
): void {
  const stride = (<usize>n) << 2;
  const count = 3 * bins - 1;
  const body = stride & ~15;
  for (let r = 0; r < rows; r++) {
    const at = <usize>r * stride;
    const p = at * <usize>count;
    const gl = f32x4.splat(gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + ((<usize>r) << 3)));
    for (let j: usize = 0; j < body; j += 16) {
      const out = pullBack4(
        v128.load(v + at + j), params + p + j, stride, v128.load(g + at + j), gl,
        gParams + p + j, stride, bins, s, decode,
      );
      v128.store(gv + at + j, out);
    }
  }
  const tail = n & 3;
  const total = tail * rows;
  const gathered = exponentialsEnd(s, bins);
  // The cotangents follow the parameters; before they are written their place serves for x, g and gl.
  const packed = gathered + ((<usize>count) << 4);
  for (let e = 0; e < total; e += 4) {
    const lanes = min<i32>(4, total - e);
    gather(params, gathered, e, lanes, tail, n, count);
    let a = f32x4.splat(0), b = a, gl = a;
    for (let lane = 0; lane < lanes; lane++) {
      const at = place(e + lane, tail, n, 1);
      const to = packed + ((<usize>lane) << 2);
      store<f32>(to, load<f32>(v + at));
      store<f32>(to, load<f32>(g + at), 16);
      const row = (<usize>((e + lane) / tail)) << 3;
      store<f32>(to, gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + row), 32);
    }
    a = v128.load(packed);
    b = v128.load(packed, 16);
    gl = v128.load(packed, 32);
    const out = pullBack4(a, gathered, 16, b, gl, packed, 16, bins, s, decode);
    v128.store(gathered, out);
    for (let lane = 0; lane < lanes; lane++) {
      store<f32>(gv + place(e + lane, tail, n, 1), load<f32>(gathered + ((<usize>lane) << 2)));
    }
    scatter(packed, gParams, e, lanes, tail, n, count);
  }
}

/** Byte offset of left-over variable e (they are numbered along rows) in rows of `count` n columns. */
// @ts-ignore: decorator
@inline
function place(e: i32, tail: i32, n: i32, count: i32): usize {
  const row = e / tail;
  return (<usize>(row * n * count + n - tail + e - row * tail)) << 2;
}

/** Parameters of the four left-over variables e .. e + 3, as `count` vectors. Missing lanes repeat the first. */
function gather(from: usize, to: usize, e: i32, lanes: i32, tail: i32, n: i32, count: i32): void {
  let p0 = from + place(e, tail, n, count);
  let p1 = lanes > 1 ? from + place(e + 1, tail, n, count) : p0;
  let p2 = lanes > 2 ? from + place(e + 2, tail, n, count) : p0;
  let p3 = lanes > 3 ? from + place(e + 3, tail, n, count) : p0;
  const stride = (<usize>n) << 2;
  for (let k = 0; k < count; k++) {
    let v = v128.load32_zero(p0);
    v = v128.load_lane<f32>(p1, v, 1);
    v = v128.load_lane<f32>(p2, v, 2);
    v = v128.load_lane<f32>(p3, v, 3);
    v128.store(to, v);
    p0 += stride;
    p1 += stride;
    p2 += stride;
    p3 += stride;
    to += 16;
  }
}

function scatter(from: usize, to: usize, e: i32, lanes: i32, tail: i32, n: i32, count: i32): void {
  let p0 = to + place(e, tail, n, count);
  let p1 = lanes > 1 ? to + place(e + 1, tail, n, count) : p0;
  let p2 = lanes > 2 ? to + place(e + 2, tail, n, count) : p0;
  let p3 = lanes > 3 ? to + place(e + 3, tail, n, count) : p0;
  const stride = (<usize>n) << 2;
  for (let k = 0; k < count; k++) {
    const v = v128.load(from);
    // Missing lanes stand on the first one's place: it is written last.
    v128.store_lane<f32>(p3, v, 3);
    v128.store_lane<f32>(p2, v, 2);
    v128.store_lane<f32>(p1, v, 1);
    v128.store_lane<f32>(p0, v, 0);
    p0 += stride;
    p1 += stride;
    p2 += stride;
    p3 += stride;
    from += 16;
  }
}
