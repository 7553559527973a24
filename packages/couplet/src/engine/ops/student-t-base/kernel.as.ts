/* Student-t log-density; what depends on a column alone is computed once per call, in float64. */
import { exp4 } from "../../device/cpu/kernel/exp";
import { digamma, logGamma } from "../../device/cpu/kernel/gamma";
import { keepLanes, select4, storeLanes, sumToF64 } from "../../device/cpu/kernel/lanes";
import { logNormal } from "../../device/cpu/kernel/log";
import { madd } from "../../device/cpu/kernel/madd";

/** log p per row. loc and logScale may be 0 (zeros), logDf (log(df - 2)) too: then `df`. Scratch: 2 (n + 4) floats. */
export function studentTLogProb(
  z: usize, loc: usize, logScale: usize, logDf: usize, logProb: usize, rows: i32, n: i32, df: f64, scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  const freedom = scratch, inverse = scratch + ((stride + 15) & ~15);
  let constant: f64 = 0;
  for (let j: usize = 0; j < stride; j += 4) {
    const nu = logDf == 0 ? df : 2 + Math.exp(<f64>load<f32>(logDf + j));
    constant += logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * Math.log(nu * Math.PI);
    if (logScale != 0) constant -= <f64>load<f32>(logScale + j);
    store<f32>(freedom + j, <f32>nu);
  }
  for (let j: usize = 0; j < stride; j += 16) v128.store(inverse + j, exp4(f32x4.neg(columns(logScale, j))));
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < stride; j += 16) {
      const nu = v128.load(freedom + j);
      const u = f32x4.mul(f32x4.sub(v128.load(z + j), columns(loc, j)), v128.load(inverse + j));
      const term = f32x4.mul(f32x4.add(nu, f32x4.splat(1)), log1pRatio(u, nu));
      sum += sumToF64(keepLanes(term, <i32>((stride - j) >> 2)));
    }
    store<f64>(logProb + ((<usize>r) << 3), constant - 0.5 * sum);
    z += stride;
  }
}

/** gz, and the gradients of the parameters whose address is not 0. gz may be z. Scratch: 8 floats. */
export function studentTLogProbVjp(
  z: usize, loc: usize, logScale: usize, logDf: usize, g: usize, gz: usize, rows: i32, n: i32, df: f64,
  gLoc: usize, gLogScale: usize, gLogDf: usize, scratch: usize,
): void {
  const stride = (<usize>n) << 2;
  for (let j: usize = 0; j < stride; j += 16) {
    const count = <i32>((stride - j) >> 2);
    // Degrees of freedom, and what of d log p / d df does not depend on z.
    for (let k: usize = 0; k < 16; k += 4) {
      const inside = j + k < stride;
      const nu = logDf == 0 || !inside ? df : 2 + Math.exp(<f64>load<f32>(logDf + j + k));
      store<f32>(scratch + k, <f32>nu);
      const slope = gLogDf == 0 ? 0 : digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / nu;
      store<f32>(scratch + k, <f32>slope, 16);
    }
    const nu = v128.load(scratch), slope = v128.load(scratch, 16);
    const nu1 = f32x4.add(nu, f32x4.splat(1));
    const e = exp4(f32x4.neg(columns(logScale, j))), centre = columns(loc, j);
    let sumLoc = f32x4.splat(0), sumScale = sumLoc, sumDf = sumLoc;
    let from = z + j, to = gz + j;
    for (let r = 0; r < rows; r++) {
      const cotangent = f32x4.splat(<f32>load<f64>(g + ((<usize>r) << 3)));
      const u = f32x4.mul(f32x4.sub(v128.load(from), centre), e);
      // (nu + 1) u / (nu + u^2), written so that a huge u does not overflow.
      const pull = f32x4.div(nu1, f32x4.add(u, f32x4.div(nu, u)));
      const out = f32x4.mul(f32x4.mul(cotangent, pull), e);
      sumLoc = f32x4.add(sumLoc, out);
      const pullU = f32x4.mul(pull, u);
      sumScale = madd(cotangent, f32x4.sub(pullU, f32x4.splat(1)), sumScale);
      if (gLogDf != 0) {
        const term = f32x4.add(f32x4.sub(slope, log1pRatio(u, nu)), f32x4.div(pullU, nu));
        sumDf = madd(cotangent, term, sumDf);
      }
      storeLanes(to, f32x4.neg(out), count);
      from += stride;
      to += stride;
    }
    if (gLoc != 0) storeLanes(gLoc + j, f32x4.add(v128.load(gLoc + j), sumLoc), count);
    if (gLogScale != 0) storeLanes(gLogScale + j, f32x4.add(v128.load(gLogScale + j), sumScale), count);
    if (gLogDf != 0) {
      const perLog = f32x4.mul(f32x4.splat(0.5), f32x4.sub(nu, f32x4.splat(2)));
      storeLanes(gLogDf + j, madd(sumDf, perLog, v128.load(gLogDf + j)), count);
    }
  }
}

// Four columns of a parameter; zeros for one that is not there.
// @ts-ignore: decorator
@inline
function columns(parameter: usize, j: usize): v128 {
  return parameter == 0 ? f32x4.splat(0) : v128.load(parameter + j);
}

// log(1 + u^2 / nu). What 1 + w rounds away is put back; a huge u does not overflow.
// @ts-ignore: decorator
@inline
function log1pRatio(u: v128, nu: v128): v128 {
  const one = f32x4.splat(1);
  const a = f32x4.abs(u);
  const huge = f32x4.gt(a, f32x4.splat(1e9));
  const w = f32x4.div(f32x4.mul(u, u), nu);
  const v = f32x4.add(w, one);
  const lost = f32x4.div(f32x4.sub(w, f32x4.sub(v, one)), v);
  const ordinary = f32x4.add(logNormal(v), lost);
  const logA = logNormal(a);
  return select4(f32x4.sub(f32x4.add(logA, logA), logNormal(nu)), ordinary, huge);
}
