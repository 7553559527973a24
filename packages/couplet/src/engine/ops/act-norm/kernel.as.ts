/* ActNorm, four columns at a time down the rows (the pixels of all images): scales and column sums stay in registers. */
import { exp4 } from "../../device/cpu/kernel/exp";
import { storeLanes } from "../../device/cpu/kernel/lanes";
import { madd } from "../../device/cpu/kernel/madd";

/** y = exp(l) (x + b); logDet = sum l in every row. y may be x. */
export function actNormEncode(
  x: usize,
  shift: usize,
  logScale: usize,
  y: usize,
  logDet: usize,
  images: i32,
  n: i32,
  pixels: i32,
): void {
  fillLogDet(logScale, logDet, images, n, pixels);
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    const e = exp4(v128.load(logScale + j)),
      b = v128.load(shift + j);
    let from = x + j,
      to = y + j;
    for (let r = 0; r < rows; r++) {
      storeLanes(to, f32x4.mul(e, f32x4.add(v128.load(from), b)), count);
      from += stride;
      to += stride;
    }
  }
}

/** x = y exp(-l) - b; logDet = sum l unless its address is 0. x may be y. */
export function actNormDecode(
  y: usize,
  shift: usize,
  logScale: usize,
  x: usize,
  logDet: usize,
  images: i32,
  n: i32,
  pixels: i32,
): void {
  if (logDet != 0) fillLogDet(logScale, logDet, images, n, pixels);
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    const e = exp4(f32x4.neg(v128.load(logScale + j))),
      b = v128.load(shift + j);
    let from = y + j,
      to = x + j;
    for (let r = 0; r < rows; r++) {
      storeLanes(to, f32x4.sub(f32x4.mul(v128.load(from), e), b), count);
      from += stride;
      to += stride;
    }
  }
}

/** gx = gy exp(l); gShift += sum gx; gLogScale += sum gx (x + b) + sum gLogDet. gx may be gy. */
export function actNormEncodeVjp(
  x: usize,
  shift: usize,
  logScale: usize,
  gy: usize,
  gLogDet: usize,
  gx: usize,
  images: i32,
  n: i32,
  pixels: i32,
  gShift: usize,
  gLogScale: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  const fromLogDet = f32x4.splat(sumOf(gLogDet, images, pixels));
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    const e = exp4(v128.load(logScale + j)),
      b = v128.load(shift + j);
    let sumB = f32x4.splat(0),
      sumL = fromLogDet;
    let from = x + j,
      g = gy + j,
      to = gx + j;
    for (let r = 0; r < rows; r++) {
      const out = f32x4.mul(v128.load(g), e);
      sumB = f32x4.add(sumB, out);
      sumL = madd(out, f32x4.add(v128.load(from), b), sumL);
      storeLanes(to, out, count);
      from += stride;
      g += stride;
      to += stride;
    }
    storeLanes(gShift + j, f32x4.add(v128.load(gShift + j), sumB), count);
    storeLanes(gLogScale + j, f32x4.add(v128.load(gLogScale + j), sumL), count);
  }
}

/** gy = gx exp(-l); gShift -= sum gx; gLogScale += sum gLogDet - sum gy y. gy may be gx. */
export function actNormDecodeVjp(
  y: usize,
  shift: usize,
  logScale: usize,
  gx: usize,
  gLogDet: usize,
  gy: usize,
  images: i32,
  n: i32,
  pixels: i32,
  gShift: usize,
  gLogScale: usize,
): void {
  const stride = (<usize>n) << 2;
  const rows = images * pixels;
  const fromLogDet = f32x4.splat(sumOf(gLogDet, images, pixels));
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    const e = exp4(f32x4.neg(v128.load(logScale + j)));
    let sumB = f32x4.splat(0),
      sumL = fromLogDet;
    let from = y + j,
      g = gx + j,
      to = gy + j;
    for (let r = 0; r < rows; r++) {
      const cotangent = v128.load(g);
      const out = f32x4.mul(cotangent, e);
      sumB = f32x4.sub(sumB, cotangent);
      sumL = madd(f32x4.neg(out), v128.load(from), sumL);
      storeLanes(to, out, count);
      from += stride;
      g += stride;
      to += stride;
    }
    storeLanes(gShift + j, f32x4.add(v128.load(gShift + j), sumB), count);
    storeLanes(gLogScale + j, f32x4.add(v128.load(gLogScale + j), sumL), count);
  }
}

function fillLogDet(logScale: usize, logDet: usize, rows: i32, n: i32, pixels: i32): void {
  let sum: f64 = 0;
  for (let j = 0; j < n; j++) sum += <f64>load<f32>(logScale + ((<usize>j) << 2));
  sum *= <f64>pixels;
  for (let r = 0; r < rows; r++) store<f64>(logDet + ((<usize>r) << 3), sum);
}

function sumOf(v: usize, rows: i32, pixels: i32): f32 {
  if (v == 0) return 0;
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) sum += load<f64>(v + ((<usize>r) << 3));
  return <f32>(sum * <f64>pixels);
}
