/*
 * Rational-quadratic coupling: rows x n variables, parameters [K widths | K heights | derivatives: K - 1, or with other
 * tails than the identity K or K + 1], each n wide. Lanes run over the variables of a row; the n mod 4 variables left over
 * are gathered four at a time across rows, so that narrow tables fill the lanes too. Vectors are worked
 * on in blocks (kernel/block.ts), which run on across rows.
 */
import { sumToF64 } from "../../device/cpu/kernel/lanes";
import {
  AT_PARAMS, AT_ROW, AT_VALUE, BLOCK, G, GL, LOG_SLOPE, VALUE, parametersOf, prepare, slotBytes, slots,
} from "./kernel/block";
import { gatherBlock, place, scatterBlock } from "./kernel/gather";
import { locate } from "./kernel/locate";
import { pullBack, scatterLogits } from "./kernel/pull-back";
import { CIRCULAR, tailsOf, turnBack, turnIn } from "./kernel/tails";
import { exponentials } from "./kernel/softmax";
import { decodeAll, encodeAll } from "./kernel/spline";

/** y and logDet of x. y may be x. */
export function rationalQuadraticEncode(
  x: usize, params: usize, y: usize, logDet: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, tails: i32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale, tails);
  mapRows(x, params, y, logDet, rows, n, bins, scratch, false);
}

/** x of y, and encode's logDet there unless its address is 0. x may be y. */
export function rationalQuadraticDecode(
  y: usize, params: usize, x: usize, logDet: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, tails: i32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale, tails);
  mapRows(y, params, x, logDet, rows, n, bins, scratch, true);
}

/** Cotangents of x and the parameters. gx may be gy, gParams may be params, gLogDet may be 0 (none). */
export function rationalQuadraticEncodeVjp(
  x: usize, params: usize, gy: usize, gLogDet: usize, gx: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, tails: i32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale, tails);
  vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, bins, scratch, false);
}

/** Cotangents of y and the parameters. */
export function rationalQuadraticDecodeVjp(
  y: usize, params: usize, gx: usize, gLogDet: usize, gy: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, tails: i32, scratch: usize,
): void {
  prepare(scratch, bins, bound, minBin, shift, logitScale, tails);
  vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, bins, scratch, true);
}

function mapRows(
  v: usize, params: usize, out: usize, logDet: usize, rows: i32, n: i32, bins: i32, s: usize, decode: bool,
): void {
  const bytes = slotBytes(bins);
  const wanted = logDet != 0;
  if (wanted) memory.fill(logDet, 0, (<usize>rows) << 3);
  const total = rows * (n >> 2);
  for (let e = 0; e < total; e += BLOCK) {
    const count = min<i32>(BLOCK, total - e);
    let q = slots(s);
    address(q, count, e, n, parametersOf(bins, s), params, bytes);
    for (let i = 0; i < count; i++, q += bytes) v128.store(q, v128.load(v + load<u32>(q, AT_VALUE)), VALUE);
    mapBlock(count, (<usize>n) << 2, bins, s, decode, wanted);
    q = slots(s);
    for (let i = 0; i < count; i++, q += bytes) {
      v128.store(out + load<u32>(q, AT_VALUE), v128.load(q, VALUE));
      if (wanted) {
        const to = logDet + load<u32>(q, AT_ROW);
        store<f64>(to, load<f64>(to) + sumToF64(v128.load(q, LOG_SLOPE)));
      }
    }
  }
  const tail = n & 3;
  const left = tail * rows;
  for (let e = 0; e < left; e += 4 * BLOCK) {
    const lanes = min<i32>(4 * BLOCK, left - e);
    gatherBlock(params, e, lanes, tail, n, bins, s);
    for (let i = 0; i < lanes; i++) {
      const q = slots(s) + <usize>(i >> 2) * bytes + ((<usize>(i & 3)) << 2);
      store<f32>(q, load<f32>(v + place(e + i, tail, n, 1)), VALUE);
    }
    mapBlock((lanes + 3) >> 2, 16, bins, s, decode, wanted);
    for (let i = 0; i < lanes; i++) {
      const q = slots(s) + <usize>(i >> 2) * bytes + ((<usize>(i & 3)) << 2);
      store<f32>(out + place(e + i, tail, n, 1), load<f32>(q, VALUE));
      if (wanted) {
        const to = logDet + ((<usize>((e + i) / tail)) << 3);
        store<f64>(to, load<f64>(to) + <f64>load<f32>(q, LOG_SLOPE));
      }
    }
  }
}

function mapBlock(count: i32, stride: usize, bins: i32, s: usize, decode: bool, wanted: bool): void {
  const circular = tailsOf(s) == CIRCULAR;
  if (circular) turnIn(count, bins, s, true);
  exponentials(count, stride, bins, s);
  locate(count, stride, bins, s, decode);
  if (decode) decodeAll(count, bins, s, wanted);
  else encodeAll(count, bins, s);
  if (circular) turnBack(count, bins, s);
}

function vjpRows(
  v: usize, params: usize, g: usize, gLogDet: usize, gv: usize, gParams: usize, rows: i32, n: i32,
  bins: i32, s: usize, decode: bool,
): void {
  const bytes = slotBytes(bins);
  const stride = (<usize>n) << 2;
  const total = rows * (n >> 2);
  for (let e = 0; e < total; e += BLOCK) {
    const count = min<i32>(BLOCK, total - e);
    let q = slots(s);
    address(q, count, e, n, parametersOf(bins, s), params, bytes);
    for (let i = 0; i < count; i++, q += bytes) {
      const at = <usize>load<u32>(q, AT_VALUE);
      v128.store(q, v128.load(v + at), VALUE);
      v128.store(q, v128.load(g + at), G);
      v128.store(q, f32x4.splat(gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + load<u32>(q, AT_ROW))), GL);
    }
    vjpBlock(count, params, gParams, stride, bins, s, decode);
    q = slots(s);
    for (let i = 0; i < count; i++, q += bytes) v128.store(gv + load<u32>(q, AT_VALUE), v128.load(q, VALUE));
  }
  const tail = n & 3;
  const left = tail * rows;
  for (let e = 0; e < left; e += 4 * BLOCK) {
    const lanes = min<i32>(4 * BLOCK, left - e);
    gatherBlock(params, e, lanes, tail, n, bins, s);
    for (let i = 0; i < lanes; i++) {
      const q = slots(s) + <usize>(i >> 2) * bytes + ((<usize>(i & 3)) << 2);
      const at = place(e + i, tail, n, 1);
      store<f32>(q, load<f32>(v + at), VALUE);
      store<f32>(q, load<f32>(g + at), G);
      store<f32>(q, gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + ((<usize>((e + i) / tail)) << 3)), GL);
    }
    vjpBlock((lanes + 3) >> 2, 0, 0, 16, bins, s, decode);
    for (let i = 0; i < lanes; i++) {
      const q = slots(s) + <usize>(i >> 2) * bytes + ((<usize>(i & 3)) << 2);
      store<f32>(gv + place(e + i, tail, n, 1), load<f32>(q, VALUE));
    }
    scatterBlock(gParams, e, lanes, tail, n, bins, s);
  }
}

function vjpBlock(
  count: i32, params: usize, gParams: usize, stride: usize, bins: i32, s: usize, decode: bool,
): void {
  if (tailsOf(s) == CIRCULAR) turnIn(count, bins, s, false);
  exponentials(count, stride, bins, s);
  locate(count, stride, bins, s, decode);
  pullBack(count, bins, s, decode);
  scatterLogits(count, params, gParams, stride, bins, s);
}

/** Where the vectors e, e + 1, ... (numbered along rows) come from, into their slots. */
// @ts-ignore: decorator
@inline
function address(q: usize, count: i32, e: i32, n: i32, parameters: i32, params: usize, bytes: usize): void {
  const perRow = n >> 2;
  const stride = (<usize>n) << 2;
  const body = (<usize>perRow) << 4;
  let row = <usize>(e / perRow);
  let j = (<usize>(e % perRow)) << 4;
  for (let i = 0; i < count; i++, q += bytes) {
    const at = row * stride;
    store<usize>(q, params + at * <usize>parameters + j, AT_PARAMS);
    store<usize>(q, at + j, AT_VALUE);
    store<usize>(q, row << 3, AT_ROW);
    j += 16;
    if (j == body) {
      j = 0;
      row++;
    }
  }
}
