import { storeLanes } from "../../device/cpu/kernel/lanes";
import { cosTurn } from "../../device/cpu/kernel/turn";

// cos(2 pi u) for any finite u.
// @ts-ignore: decorator
@inline
function cosine(u: v128): v128 {
  return cosTurn(f32x4.sub(u, f32x4.floor(u)));
}

/** y = [cos x, sin x, cos 2x, sin 2x], n columns each, over rows x n float32. */
export function circleFeatures(x: usize, y: usize, rows: i32, n: i32): void {
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++, x += stride, y += stride << 2) {
    for (let j = 0; j < n; j += 4) {
      const at = (<usize>j) << 2;
      const u = f32x4.mul(v128.load(x + at), f32x4.splat(<f32>0.15915494309189535));
      const quarter = f32x4.splat(0.25);
      const twice = f32x4.add(u, u);
      storeLanes(y + at, cosine(u), n - j);
      storeLanes(y + at + stride, cosine(f32x4.sub(u, quarter)), n - j);
      storeLanes(y + at + 2 * stride, cosine(twice), n - j);
      storeLanes(y + at + 3 * stride, cosine(f32x4.sub(twice, quarter)), n - j);
    }
  }
}

/** gx from the features f and their cotangents g. */
export function circleFeaturesVjp(f: usize, g: usize, gx: usize, rows: i32, n: i32): void {
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++, gx += stride, f += stride << 2, g += stride << 2) {
    for (let j = 0; j < n; j += 4) {
      const at = (<usize>j) << 2;
      const second = at + 2 * stride;
      const once = turned(f + at, g + at, stride);
      const twice = turned(f + second, g + second, stride);
      storeLanes(gx + at, f32x4.add(once, f32x4.add(twice, twice)), n - j);
    }
  }
}

// cos g_sin - sin g_cos.
// @ts-ignore: decorator
@inline
function turned(f: usize, g: usize, stride: usize): v128 {
  return f32x4.sub(
    f32x4.mul(v128.load(f), v128.load(g + stride)),
    f32x4.mul(v128.load(f + stride), v128.load(g)),
  );
}
