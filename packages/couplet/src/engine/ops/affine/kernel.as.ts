/*
 * Affine coupling and its VJPs, four variables at a time. params: per row [raw scale: n | shift: n].
 *
 * Scale kinds: 0 softClamp, 1 tanh, 2 sigmoid, 3 exp. The switch stands outside the loops; the
 * inlined bodies get `kind` as a constant.
 */
import { atan4 } from "../../device/cpu/kernel/atan";
import { exp4 } from "../../device/cpu/kernel/exp";
import { keepLanes, storeLanes, sumToF64 } from "../../device/cpu/kernel/lanes";
import { softplus4 } from "../../device/cpu/kernel/log";
import { madd } from "../../device/cpu/kernel/madd";
import { tanh4 } from "../../device/cpu/kernel/tanh";

/** y = x exp(s) + t; logDet = sum s. y may be x. */
export function affineEncode(
  x: usize, params: usize, y: usize, logDet: usize, rows: i32, n: i32, kind: i32, clamp: f32,
): void {
  if (kind == 0) mapRows(x, params, y, logDet, rows, n, 0, clamp, false);
  else if (kind == 1) mapRows(x, params, y, logDet, rows, n, 1, clamp, false);
  else if (kind == 2) mapRows(x, params, y, logDet, rows, n, 2, clamp, false);
  else mapRows(x, params, y, logDet, rows, n, 3, clamp, false);
}

/** x = (y - t) exp(-s); logDet = sum s, unless its address is 0. x may be y. */
export function affineDecode(
  y: usize, params: usize, x: usize, logDet: usize, rows: i32, n: i32, kind: i32, clamp: f32,
): void {
  if (kind == 0) mapRows(y, params, x, logDet, rows, n, 0, clamp, true);
  else if (kind == 1) mapRows(y, params, x, logDet, rows, n, 1, clamp, true);
  else if (kind == 2) mapRows(y, params, x, logDet, rows, n, 2, clamp, true);
  else mapRows(y, params, x, logDet, rows, n, 3, clamp, true);
}

/** gx = gy exp(s); g raw = (gx x + gLogDet) ds/draw; gt = gy. gLogDet may be 0 (none). */
export function affineEncodeVjp(
  x: usize, params: usize, gy: usize, gLogDet: usize, gx: usize, gParams: usize,
  rows: i32, n: i32, kind: i32, clamp: f32,
): void {
  if (kind == 0) vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, 0, clamp, false);
  else if (kind == 1) vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, 1, clamp, false);
  else if (kind == 2) vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, 2, clamp, false);
  else vjpRows(x, params, gy, gLogDet, gx, gParams, rows, n, 3, clamp, false);
}

/** gy = gx exp(-s); g raw = (gLogDet - gx x) ds/draw; gt = -gy. */
export function affineDecodeVjp(
  y: usize, params: usize, gx: usize, gLogDet: usize, gy: usize, gParams: usize,
  rows: i32, n: i32, kind: i32, clamp: f32,
): void {
  if (kind == 0) vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, 0, clamp, true);
  else if (kind == 1) vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, 1, clamp, true);
  else if (kind == 2) vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, 2, clamp, true);
  else vjpRows(y, params, gx, gLogDet, gy, gParams, rows, n, 3, clamp, true);
}

// @ts-ignore: decorator
@inline
function mapRows(
  v: usize, params: usize, w: usize, logDet: usize, rows: i32, n: i32, kind: i32, clamp: f32, decode: bool,
): void {
  const stride = (<usize>n) << 2;
  const c = f32x4.splat(clamp), inverse = f32x4.splat(1 / clamp);
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < stride; j += 16) {
      const count = <i32>((stride - j) >> 2);
      const raw = v128.load(params + j);
      const t = v128.load(params + stride + j);
      const a = v128.load(v + j);
      const s = logScale(raw, c, inverse, kind);
      const out = decode
        ? f32x4.mul(f32x4.sub(a, t), inverseFactor(raw, s, kind))
        : madd(a, factor(raw, s, kind), t);
      if (count >= 4) {
        v128.store(w + j, out);
        sum += sumToF64(s);
      } else {
        storeLanes(w + j, out, count);
        sum += sumToF64(keepLanes(s, count));
      }
    }
    if (logDet != 0) store<f64>(logDet + ((<usize>r) << 3), sum);
    v += stride;
    w += stride;
    params += stride << 1;
  }
}

// @ts-ignore: decorator
@inline
function vjpRows(
  v: usize, params: usize, g: usize, gLogDet: usize, gv: usize, gParams: usize,
  rows: i32, n: i32, kind: i32, clamp: f32, decode: bool,
): void {
  const stride = (<usize>n) << 2;
  const c = f32x4.splat(clamp), inverse = f32x4.splat(1 / clamp);
  for (let r = 0; r < rows; r++) {
    const gl = f32x4.splat(gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + ((<usize>r) << 3)));
    for (let j: usize = 0; j < stride; j += 16) {
      const count = <i32>((stride - j) >> 2);
      const raw = v128.load(params + j);
      const t = v128.load(params + stride + j);
      const a = v128.load(v + j);
      const cotangent = v128.load(g + j);
      const s = logScale(raw, c, inverse, kind);
      let out: v128, gs: v128, gt: v128;
      if (decode) {
        out = f32x4.mul(cotangent, inverseFactor(raw, s, kind));
        gs = f32x4.sub(gl, f32x4.mul(out, f32x4.sub(a, t)));
        gt = f32x4.neg(out);
      } else {
        out = f32x4.mul(cotangent, factor(raw, s, kind));
        gs = madd(out, a, gl);
        gt = cotangent;
      }
      const gRaw = f32x4.mul(gs, logScaleDerivative(raw, s, inverse, kind));
      if (count >= 4) {
        v128.store(gv + j, out);
        v128.store(gParams + j, gRaw);
        v128.store(gParams + stride + j, gt);
      } else {
        storeLanes(gv + j, out, count);
        storeLanes(gParams + j, gRaw, count);
        storeLanes(gParams + stride + j, gt, count);
      }
    }
    v += stride;
    g += stride;
    gv += stride;
    params += stride << 1;
    gParams += stride << 1;
  }
}

// @ts-ignore: decorator
@inline
function logScale(raw: v128, c: v128, inverse: v128, kind: i32): v128 {
  if (kind == 0) {
    const bounded = atan4(f32x4.mul(raw, inverse));
    return f32x4.mul(f32x4.mul(c, f32x4.splat(0.6366197723675814)), bounded);
  }
  if (kind == 1) return f32x4.mul(c, tanh4(f32x4.mul(raw, inverse)));
  if (kind == 2) return f32x4.sub(f32x4.splat(0.6931471805599453), softplus4(f32x4.neg(raw)));
  return raw;
}

// exp(s). For sigmoid from the raw value: no logarithm on the way.
// @ts-ignore: decorator
@inline
function factor(raw: v128, s: v128, kind: i32): v128 {
  if (kind != 2) return exp4(s);
  return f32x4.div(f32x4.splat(2), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(raw))));
}

// exp(-s).
// @ts-ignore: decorator
@inline
function inverseFactor(raw: v128, s: v128, kind: i32): v128 {
  if (kind != 2) return exp4(f32x4.neg(s));
  return f32x4.mul(f32x4.splat(0.5), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(raw))));
}

// @ts-ignore: decorator
@inline
function logScaleDerivative(raw: v128, s: v128, inverse: v128, kind: i32): v128 {
  const one = f32x4.splat(1);
  if (kind == 0) {
    const u = f32x4.mul(raw, inverse);
    return f32x4.div(f32x4.splat(0.6366197723675814), madd(u, u, one));
  }
  if (kind == 1) {
    const u = f32x4.mul(s, inverse);
    return f32x4.sub(one, f32x4.mul(u, u));
  }
  if (kind == 2) return f32x4.div(one, f32x4.add(one, exp4(raw)));
  return one;
}
