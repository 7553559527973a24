import { keepLanes, storeLanes } from "../../device/cpu/kernel/lanes";

/** logProb[r] = constant - sum_j z_rj^2 / 2; squares and sums in float64. */
export function gaussianLogProb(z: usize, logProb: usize, rows: i32, n: i32, constant: f64): void {
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    let s0 = f64x2.splat(0),
      s1 = s0;
    for (let j: usize = 0; j < stride; j += 16) {
      const count = <i32>((stride - j) >> 2);
      let v = v128.load(z + j);
      if (count < 4) v = keepLanes(v, count);
      const low = f64x2.promote_low_f32x4(v);
      const high = f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
      s0 = f64x2.add(s0, f64x2.mul(low, low));
      s1 = f64x2.add(s1, f64x2.mul(high, high));
    }
    const s = f64x2.add(s0, s1);
    const sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
    store<f64>(logProb + ((<usize>r) << 3), constant - 0.5 * sum);
    z += stride;
  }
}

/** gz = -z g. gz may be z. */
export function gaussianLogProbVjp(z: usize, g: usize, gz: usize, rows: i32, n: i32): void {
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    const factor = f32x4.splat(<f32>-load<f64>(g + ((<usize>r) << 3)));
    for (let j: usize = 0; j < stride; j += 16) {
      const count = <i32>((stride - j) >> 2);
      const v = f32x4.mul(v128.load(z + j), factor);
      if (count >= 4) v128.store(gz + j, v);
      else storeLanes(gz + j, v, count);
    }
    z += stride;
    gz += stride;
  }
}
