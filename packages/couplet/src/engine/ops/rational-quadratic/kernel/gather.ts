/* The n mod 4 variables left over in every row: four of them make a vector, whatever rows they stand in. */
import { AT_PARAMS, gathered, parametersOf, slotBytes, slots } from "./block";

/** Byte offset of left-over variable e (they are numbered along rows) in rows of `count` n columns. */
// @ts-ignore: decorator
@inline
export function place(e: i32, tail: i32, n: i32, count: i32): usize {
  const row = e / tail;
  return (<usize>(row * n * count + n - tail + e - row * tail)) << 2;
}

/** Gathers the parameters of the left-over variables e .. e + lanes - 1, and says in their slots where they are. */
export function gatherBlock(
  params: usize, e: i32, lanes: i32, tail: i32, n: i32, bins: i32, s: usize,
): void {
  const count = parametersOf(bins, s);
  let to = gathered(s, bins), q = slots(s);
  for (let i = 0; i < lanes; i += 4) {
    gather(params, to, e + i, min<i32>(4, lanes - i), tail, n, count);
    store<usize>(q, to, AT_PARAMS);
    to += (<usize>count) << 4;
    q += slotBytes(bins);
  }
}

/** Writes what stands where {@link gatherBlock} gathered, back to where that came from in rows like those. */
export function scatterBlock(
  gParams: usize, e: i32, lanes: i32, tail: i32, n: i32, bins: i32, s: usize,
): void {
  const count = parametersOf(bins, s);
  let from = gathered(s, bins);
  for (let i = 0; i < lanes; i += 4) {
    scatter(from, gParams, e + i, min<i32>(4, lanes - i), tail, n, count);
    from += (<usize>count) << 4;
  }
}

/** Parameters of four variables, as `count` vectors. Missing lanes repeat the first. */
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
