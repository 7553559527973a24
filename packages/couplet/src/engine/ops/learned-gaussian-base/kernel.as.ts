import { exp4 } from "../../device/cpu/kernel/exp";
import { keepLanes, storeLanes, sumToF64 } from "../../device/cpu/kernel/lanes";

/** logProb = constant - sum logScale - sum u^2 / 2, u = (z - loc) exp(-logScale). Scratch: n + 4 floats. */
export function learnedGaussianLogProb(
  z: usize,
  loc: usize,
  logScale: usize,
  logProb: usize,
  rows: i32,
  n: i32,
  constant: f64,
  scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  for (let j: usize = 0; j < stride; j += 16) {
    const l = v128.load(logScale + j);
    v128.store(scratch + j, exp4(f32x4.neg(l)));
    constant -= sumToF64(keepLanes(l, <i32>((stride - j) >> 2)));
  }
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < stride; j += 16) {
      const u = f32x4.mul(f32x4.sub(v128.load(z + j), v128.load(loc + j)), v128.load(scratch + j));
      sum += sumToF64(keepLanes(f32x4.mul(u, u), <i32>((stride - j) >> 2)));
    }
    store<f64>(logProb + ((<usize>r) << 3), constant - 0.5 * sum);
    z += stride;
  }
}

/** gz = -g u exp(-logScale); gLoc -= sum gz; gLogScale += sum g (u^2 - 1). gz may be z. */
export function learnedGaussianLogProbVjp(
  z: usize,
  loc: usize,
  logScale: usize,
  g: usize,
  gz: usize,
  rows: i32,
  n: i32,
  gLoc: usize,
  gLogScale: usize,
): void {
  const stride = (<usize>n) << 2;
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    const e = exp4(f32x4.neg(v128.load(logScale + j))),
      centre = v128.load(loc + j);
    let sumLoc = f32x4.splat(0),
      sumScale = sumLoc;
    let from = z + j,
      to = gz + j;
    for (let r = 0; r < rows; r++) {
      const cotangent = f32x4.splat(<f32>load<f64>(g + ((<usize>r) << 3)));
      const u = f32x4.mul(f32x4.sub(v128.load(from), centre), e);
      const gu = f32x4.mul(cotangent, u);
      const out = f32x4.mul(gu, e);
      sumLoc = f32x4.add(sumLoc, out);
      sumScale = f32x4.add(sumScale, f32x4.sub(f32x4.mul(gu, u), cotangent));
      storeLanes(to, f32x4.neg(out), count);
      from += stride;
      to += stride;
    }
    storeLanes(gLoc + j, f32x4.add(v128.load(gLoc + j), sumLoc), count);
    storeLanes(gLogScale + j, f32x4.add(v128.load(gLogScale + j), sumScale), count);
  }
}
