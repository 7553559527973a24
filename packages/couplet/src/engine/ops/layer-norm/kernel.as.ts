/* Layer normalisation, row by row; mean and variance in two passes, which do not cancel. */
import { keepLanes, storeLanes } from "../../device/cpu/kernel/lanes";
import { madd } from "../../device/cpu/kernel/madd";

/** y = gain (x - mean) / sqrt(var + eps) + bias. y may be x. */
export function layerNorm(x: usize, gain: usize, bias: usize, y: usize, rows: i32, n: i32, eps: f32): void {
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    const mean = rowMean(x, stride, n);
    const inverse = rowInverse(x, mean, stride, n, eps);
    for (let j: usize = 0; j < stride; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x + j), mean), inverse);
      storeLanes(y + j, madd(hat, v128.load(gain + j), v128.load(bias + j)), <i32>((stride - j) >> 2));
    }
    x += stride;
    y += stride;
  }
}

/** gx, and the gradients of gain and bias. gx may be g. Scratch: 2 (n + 4) floats, for this tile's sums. */
export function layerNormVjp(
  x: usize, gain: usize, g: usize, gx: usize, rows: i32, n: i32, eps: f32, gGain: usize, gBias: usize, scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  const sumGain = scratch, sumBias = scratch + ((stride + 15) & ~15);
  memory.fill(scratch, 0, ((stride + 15) & ~15) << 1);
  const scale: f32 = 1 / <f32>n;
  for (let r = 0; r < rows; r++) {
    const mean = rowMean(x, stride, n);
    const inverse = rowInverse(x, mean, stride, n, eps);
    let sum = f32x4.splat(0), along = sum;
    for (let j: usize = 0; j < stride; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x + j), mean), inverse);
      const cotangent = v128.load(g + j);
      const c = keepLanes(f32x4.mul(cotangent, v128.load(gain + j)), <i32>((stride - j) >> 2));
      sum = f32x4.add(sum, c);
      along = f32x4.add(along, keepLanes(f32x4.mul(c, hat), <i32>((stride - j) >> 2)));
      v128.store(sumGain + j, madd(cotangent, hat, v128.load(sumGain + j)));
      v128.store(sumBias + j, f32x4.add(v128.load(sumBias + j), cotangent));
    }
    const meanC = f32x4.splat(total(sum) * scale), meanAlong = f32x4.splat(total(along) * scale);
    for (let j: usize = 0; j < stride; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x + j), mean), inverse);
      const c = f32x4.mul(v128.load(g + j), v128.load(gain + j));
      const out = f32x4.mul(f32x4.sub(f32x4.sub(c, meanC), f32x4.mul(hat, meanAlong)), inverse);
      storeLanes(gx + j, out, <i32>((stride - j) >> 2));
    }
    x += stride;
    g += stride;
    gx += stride;
  }
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    storeLanes(gGain + j, f32x4.add(v128.load(gGain + j), v128.load(sumGain + j)), count);
    storeLanes(gBias + j, f32x4.add(v128.load(gBias + j), v128.load(sumBias + j)), count);
  }
}

// @ts-ignore: decorator
@inline
function rowMean(x: usize, stride: usize, n: i32): v128 {
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < stride; j += 16) {
    sum = f32x4.add(sum, keepLanes(v128.load(x + j), <i32>((stride - j) >> 2)));
  }
  return f32x4.splat(total(sum) / <f32>n);
}

// @ts-ignore: decorator
@inline
function rowInverse(x: usize, mean: v128, stride: usize, n: i32, eps: f32): v128 {
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < stride; j += 16) {
    const d = keepLanes(f32x4.sub(v128.load(x + j), mean), <i32>((stride - j) >> 2));
    sum = madd(d, d, sum);
  }
  return f32x4.splat(1 / sqrt<f32>(total(sum) / <f32>n + eps));
}

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
