import { exp4 } from "./exp";
import { log4 } from "./log";

/* One number at a time, where rows are short: called, not inlined, since each copy of an exponential is bytes that pages load. */

/** exp(x), with the precision of float32. */
export function expOf(x: f64): f64 {
  return <f64>f32x4.extract_lane(exp4(f32x4.splat(<f32>x)), 0);
}

/** log(x), with the precision of float32. */
export function logOf(x: f64): f64 {
  return <f64>f32x4.extract_lane(log4(f32x4.splat(<f32>x)), 0);
}

/** log sum exp of `count` float64; -infinity when all are. */
export function logSumExp(values: usize, count: i32): f64 {
  let most = -Infinity;
  for (let k = 0; k < count; k++) most = max<f64>(most, load<f64>(values + ((<usize>k) << 3)));
  if (most == -Infinity) return most;
  let sum: f64 = 0;
  for (let k = 0; k < count; k++) sum += expOf(load<f64>(values + ((<usize>k) << 3)) - most);
  return most + logOf(sum);
}
