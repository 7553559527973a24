/* The logit and its inverse, four columns at a time; sums in float64. */
import { exp4 } from "../../device/cpu/kernel/exp";
import { keepLanes, select4, storeLanes, sumToF64 } from "../../device/cpu/kernel/lanes";
import { logNormal } from "../../device/cpu/kernel/log";

/** y = log(p / (1 - p)); logDet = -sum(log p + log(1 - p)). y may be p. */
export function logitEncode(p: usize, y: usize, logDet: usize, rows: i32, n: i32): void {
  const one = f32x4.splat(1);
  for (let r = 0; r < rows; r++) {
    let total: f64 = 0;
    for (let j = 0; j < n; j += 4) {
      const v = v128.load(p);
      const count = min(4, n - j);
      const a = log(v), b = log(f32x4.sub(one, v));
      total -= sumToF64(keepLanes(f32x4.add(a, b), count));
      storeLanes(y, f32x4.sub(a, b), count);
      p += (<usize>count) << 2;
      y += (<usize>count) << 2;
    }
    store<f64>(logDet + ((<usize>r) << 3), total);
  }
}

/** p = 1 / (1 + exp(-y)) within [margin, 1 - margin]; logDet = sum(|y| + 2 log(1 + exp(-|y|))). p may be y. */
export function logitDecode(y: usize, p: usize, logDet: usize, rows: i32, n: i32, margin: f32): void {
  const one = f32x4.splat(1);
  const least = f32x4.splat(margin), most = f32x4.splat(1 - margin);
  for (let r = 0; r < rows; r++) {
    let total: f64 = 0;
    for (let j = 0; j < n; j += 4) {
      const v = v128.load(y);
      const count = min(4, n - j);
      const size = f32x4.abs(v);
      const e = exp4(f32x4.neg(size));
      const half = log(f32x4.add(one, e));
      total += sumToF64(keepLanes(f32x4.add(size, f32x4.add(half, half)), count));
      const q = f32x4.div(select4(e, one, f32x4.lt(v, f32x4.splat(0))), f32x4.add(one, e));
      storeLanes(p, f32x4.min(most, f32x4.max(least, q)), count);
      y += (<usize>count) << 2;
      p += (<usize>count) << 2;
    }
    store<f64>(logDet + ((<usize>r) << 3), total);
  }
}

/** gp = (gy + gLogDet (2p - 1)) / (p (1 - p)); gp may be gy. */
export function logitEncodeVjp(p: usize, g: usize, gLogDet: usize, out: usize, rows: i32, n: i32): void {
  pullBack(p, g, gLogDet, out, rows, n, true);
}

/** gy = gp p (1 - p) + gLogDet (2p - 1), p the sigmoid of y; gy may be gp. */
export function logitDecodeVjp(y: usize, g: usize, gLogDet: usize, out: usize, rows: i32, n: i32): void {
  pullBack(y, g, gLogDet, out, rows, n, false);
}

function pullBack(v: usize, g: usize, gLogDet: usize, out: usize, rows: i32, n: i32, encodes: bool): void {
  const one = f32x4.splat(1);
  for (let r = 0; r < rows; r++) {
    const l = f32x4.splat(gLogDet == 0 ? 0 : <f32>load<f64>(gLogDet + ((<usize>r) << 3)));
    for (let j = 0; j < n; j += 4) {
      const at = v128.load(v);
      const p = encodes ? at : f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(at))));
      const slope = f32x4.mul(p, f32x4.sub(one, p));
      const fromLogDet = f32x4.mul(l, f32x4.sub(f32x4.add(p, p), one));
      const cotangent = v128.load(g);
      const result = encodes
        ? f32x4.div(f32x4.add(cotangent, fromLogDet), slope)
        : f32x4.add(f32x4.mul(cotangent, slope), fromLogDet);
      const count = min(4, n - j);
      storeLanes(out, result, count);
      v += (<usize>count) << 2;
      g += (<usize>count) << 2;
      out += (<usize>count) << 2;
    }
  }
}

/** Of positive normal numbers; shared code, not inlined. */
function log(x: v128): v128 {
  return logNormal(x);
}
