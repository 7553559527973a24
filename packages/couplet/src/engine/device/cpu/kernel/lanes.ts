/** Stores the first `count` (1..4) lanes of a vector: never writes past a row's end. */
export function storeLanes(to: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, v, 2, 8);
}

/** Zeroes the lanes from `count` (1..4) on: what a load past a row's end brought in must not be summed. */
export function keepLanes(v: v128, count: i32): v128 {
  const keep = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
  return v128.and(v, keep);
}

// mask ? a : b, for masks whose lanes are all ones or all zeros.
// @ts-ignore: decorator
@inline
export function select4(a: v128, b: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(a, b, mask);
  return v128.bitselect(a, b, mask);
}

/** Sum of the four lanes in float64. */
export function sumToF64(v: v128): f64 {
  const pair = f64x2.add(
    f64x2.promote_low_f32x4(v),
    f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3)),
  );
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}
