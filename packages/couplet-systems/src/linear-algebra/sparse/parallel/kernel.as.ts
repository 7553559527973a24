// Rows of a sparse product in float64, two lanes at a time. Addresses are bytes; entries of a row lie together.

/**
 * y[i] = factor * sum_p values[p] x[indices[p]], plus y[i] if `add`, for the rows from <= i < to.
 *
 * Four partial sums, always in the same order: the result does not depend on who computes which rows.
 */
export function csrRows(
  indptr: usize,
  indices: usize,
  values: usize,
  x: usize,
  y: usize,
  from: i32,
  to: i32,
  factor: f64,
  add: bool,
): void {
  let p = load<u32>(indptr + ((<usize>from) << 2));
  let at = indices + ((<usize>p) << 2);
  let v = values + ((<usize>p) << 3);
  for (let i = from; i < to; i++) {
    const end = load<u32>(indptr + ((<usize>(i + 1)) << 2));
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (; p + 4 <= end; p += 4, at += 16, v += 32) {
      const a = v128.load64_zero(x + ((<usize>load<u32>(at)) << 3));
      const b = v128.load64_zero(x + ((<usize>load<u32>(at, 8)) << 3));
      const lower = v128.load64_lane(x + ((<usize>load<u32>(at, 4)) << 3), a, 1);
      const upper = v128.load64_lane(x + ((<usize>load<u32>(at, 12)) << 3), b, 1);
      even = f64x2.add(even, f64x2.mul(v128.load(v), lower));
      odd = f64x2.add(odd, f64x2.mul(v128.load(v, 16), upper));
    }
    even = f64x2.add(even, odd);
    let sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
    for (; p < end; p++, at += 4, v += 8)
      sum += load<f64>(v) * load<f64>(x + ((<usize>load<u32>(at)) << 3));
    const out = y + ((<usize>i) << 3);
    store<f64>(out, add ? load<f64>(out) + factor * sum : factor * sum);
  }
}
