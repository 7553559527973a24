// The tail of a training step, on one thread's slice of the flat parameter buffer. All lengths are
// multiples of 4 floats: the slices of the threads are cut so.
import { madd } from "../kernel/madd";

/** The four vectors at `at`, `stride` bytes apart, added as (a + b) + (c + d). */
// @ts-ignore: decorator
@inline
function sumOfFour(at: usize, stride: usize): v128 {
  const third = at + (stride << 1);
  return f32x4.add(
    f32x4.add(v128.load(at), v128.load(at + stride)),
    f32x4.add(v128.load(third), v128.load(third + stride)),
  );
}

/** The sum of the lanes' vectors at `at`, by the binary tree over lanes. */
// @ts-ignore: decorator
@inline
function sumOfLanes(at: usize, stride: usize, lanes: i32): v128 {
  if (lanes == 4) return sumOfFour(at, stride);
  if (lanes == 2) return f32x4.add(v128.load(at), v128.load(at + stride));
  if (lanes == 1) return v128.load(at);
  const four = stride << 2;
  const low = f32x4.add(sumOfFour(at, stride), sumOfFour(at + four, stride));
  if (lanes == 8) return low;
  const upper = at + (four << 1);
  return f32x4.add(low, f32x4.add(sumOfFour(upper, stride), sumOfFour(upper + four, stride)));
}

/**
 * Adds the gradients of `lanes` lanes (1, 2, 4, 8 or 16) by the binary tree over their numbers, into the buffer of lane `into`, and
 * returns the sum of squares, in float64. Lane l is at gradients + l * stride. Each thread adds a slice of its own into a
 * lane of its own, so that what it writes stays in its own cache.
 */
export function reduceGradients(
  gradients: usize,
  stride: usize,
  lanes: i32,
  into: i32,
  offset: usize,
  n: i32,
): f64 {
  let low = f64x2.splat(0),
    high = f64x2.splat(0);
  const start = gradients + offset;
  const target = start + <usize>into * stride;
  for (let i: usize = 0, bytes = (<usize>n) << 2; i < bytes; i += 16) {
    const sum = sumOfLanes(start + i, stride, lanes);
    v128.store(target + i, sum);
    const a = f64x2.promote_low_f32x4(sum);
    const b = f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}

/** Zeroes n floats. */
export function zeroFloats(x: usize, n: i32): void {
  memory.fill(x, 0, (<usize>n) << 2);
}

/**
 * Adam with decoupled weight decay (Kingma & Ba 2015, algorithm 1; Loshchilov & Hutter 2019,
 * algorithm 2), on gradients scaled by `clip`.
 *
 *   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2
 *   p = p - rate * (m / c1) / (sqrt(v / c2) + eps) - rate * decay * p
 */
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  rate: f32,
  decay: f32,
  clip: f32,
  beta1: f32,
  beta2: f32,
  correction1: f32,
  correction2: f32,
  epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1),
    o1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2),
    o2 = f32x4.splat(1 - beta2);
  const scale = f32x4.splat(clip),
    eps = f32x4.splat(epsilon);
  const c1 = f32x4.splat(-rate / correction1),
    c2 = f32x4.splat(1 / correction2);
  const keep = f32x4.splat(1 - rate * decay);
  for (const end = p + ((<usize>n) << 2); p < end; p += 16, g += 16, m += 16, v += 16) {
    const gradient = f32x4.mul(v128.load(g), scale);
    const mean = madd(b1, v128.load(m), f32x4.mul(o1, gradient));
    const square = madd(b2, v128.load(v), f32x4.mul(o2, f32x4.mul(gradient, gradient)));
    v128.store(m, mean);
    v128.store(v, square);
    const step = f32x4.div(f32x4.mul(c1, mean), f32x4.add(f32x4.sqrt(f32x4.mul(square, c2)), eps));
    v128.store(p, madd(keep, v128.load(p), step));
  }
}

/** Exponential moving average: average = decay * average + (1 - decay) * p. */
export function movingAverage(average: usize, p: usize, n: i32, decay: f32): void {
  const keep = f32x4.splat(decay),
    take = f32x4.splat(1 - decay);
  for (const end = p + ((<usize>n) << 2); p < end; p += 16, average += 16) {
    v128.store(average, madd(keep, v128.load(average), f32x4.mul(take, v128.load(p))));
  }
}

/** Copies rows indices[0..rows) of x (any x width, float32) to `to`. */
export function gatherRows(x: usize, width: i32, indices: usize, rows: i32, to: usize): void {
  const bytes = (<usize>width) << 2;
  for (let r = 0; r < rows; r++, indices += 4, to += bytes) {
    memory.copy(to, x + <usize>load<i32>(indices) * bytes, bytes);
  }
}
