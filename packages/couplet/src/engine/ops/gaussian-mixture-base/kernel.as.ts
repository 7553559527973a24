/* A mixture of K normal distributions with diagonal covariances; see reference.ts. Sums over a row are in float64. */
import { exp4 } from "../../device/cpu/kernel/exp";
import { keepLanes, storeLanes, sumToF64 } from "../../device/cpu/kernel/lanes";
import { logNormal } from "../../device/cpu/kernel/log";
import { expOf, logSumExp } from "../../device/cpu/kernel/scalar";
import { philox4, uniform4 } from "../../../random/kernel/philox";
import { cosTurn } from "../../device/cpu/kernel/turn";

/** log w_k - sum_j logScale_kj - n/2 log 2 pi to `constants` (K float64), log w to `logW`, 1 / s to `inverse` (K x n). */
function prepare(
  logits: usize, logScale: usize, n: i32, components: i32, constant: f64, constants: usize, logW: usize, inverse: usize,
): void {
  for (let k = 0; k < components; k++) store<f64>(logW + ((<usize>k) << 3), <f64>load<f32>(logits + ((<usize>k) << 2)));
  const total = logSumExp(logW, components);
  const stride = (<usize>n) << 2;
  for (let k = 0; k < components; k++) {
    const at = (<usize>k) << 3;
    const weight = load<f64>(logW + at) - total;
    store<f64>(logW + at, weight);
    let sum: f64 = 0;
    const row = logScale + stride * <usize>k;
    for (let j: usize = 0; j < stride; j += 16) {
      const l = v128.load(row + j);
      sum += sumToF64(keepLanes(l, <i32>((stride - j) >> 2)));
      storeLanes(inverse + stride * <usize>k + j, exp4(f32x4.neg(l)), <i32>((stride - j) >> 2));
    }
    store<f64>(constants + at, weight - sum + constant);
  }
}

/** log w_k N_k of the row at z, for every component, to `parts`. */
// @ts-ignore: decorator
@inline
function componentsOf(z: usize, location: usize, inverse: usize, constants: usize, parts: usize, n: i32, components: i32): void {
  for (let k = 0; k < components; k++) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) {
      const at = (<usize>(k * n + j)) << 2;
      const u = (<f64>load<f32>(z + ((<usize>j) << 2)) - <f64>load<f32>(location + at)) * <f64>load<f32>(inverse + at);
      sum += u * u;
    }
    store<f64>(parts + ((<usize>k) << 3), load<f64>(constants + ((<usize>k) << 3)) - 0.5 * sum);
  }
}

/** Scratch: K n floats (padded to a multiple of 4) and 3 K doubles. */
export function gaussianMixtureLogProb(
  z: usize, logits: usize, location: usize, logScale: usize, logProb: usize, rows: i32, n: i32, components: i32,
  constant: f64, scratch: usize,
): void {
  const constants = scratch, logW = constants + ((<usize>components) << 3), parts = logW + ((<usize>components) << 3);
  const inverse = parts + ((<usize>components) << 3);
  prepare(logits, logScale, n, components, constant, constants, logW, inverse);
  for (let r = 0; r < rows; r++) {
    componentsOf(z, location, inverse, constants, parts, n, components);
    store<f64>(logProb + ((<usize>r) << 3), logSumExp(parts, components));
    z += (<usize>n) << 2;
  }
}

/** gz, and what the gradients of the parameters get. */
export function gaussianMixtureLogProbVjp(
  z: usize, logits: usize, location: usize, logScale: usize, g: usize, gz: usize, rows: i32, n: i32, components: i32,
  constant: f64, gLogits: usize, gLocation: usize, gLogScale: usize, scratch: usize,
): void {
  const constants = scratch, logW = constants + ((<usize>components) << 3), parts = logW + ((<usize>components) << 3);
  const inverse = parts + ((<usize>components) << 3);
  prepare(logits, logScale, n, components, constant, constants, logW, inverse);
  const stride = (<usize>n) << 2;
  for (let r = 0; r < rows; r++) {
    const cotangent = load<f64>(g + ((<usize>r) << 3));
    componentsOf(z, location, inverse, constants, parts, n, components);
    const total = logSumExp(parts, components);
    memory.fill(gz, 0, stride);
    for (let k = 0; k < components && total != -Infinity; k++) {
      const share = cotangent * expOf(load<f64>(parts + ((<usize>k) << 3)) - total);
      const weight = cotangent * expOf(load<f64>(logW + ((<usize>k) << 3)));
      const logit = gLogits + ((<usize>k) << 2);
      store<f32>(logit, <f32>(<f64>load<f32>(logit) + share - weight));
      for (let j = 0; j < n; j++) {
        const at = (<usize>(k * n + j)) << 2, column = (<usize>j) << 2;
        const scale = <f64>load<f32>(inverse + at);
        const u = (<f64>load<f32>(z + column) - <f64>load<f32>(location + at)) * scale;
        const pull = share * u * scale;
        store<f32>(gz + column, <f32>(<f64>load<f32>(gz + column) - pull));
        store<f32>(gLocation + at, <f32>(<f64>load<f32>(gLocation + at) + pull));
        store<f32>(gLogScale + at, <f32>(<f64>load<f32>(gLogScale + at) + share * (u * u - 1)));
      }
    }
    z += stride;
    gz += stride;
  }
}

/** z = m_k + temperature s_k e, with k chosen by weight. Scratch: 32 floats and K doubles. */
export function gaussianMixtureNoise(
  temperature: usize, logits: usize, location: usize, logScale: usize, z: usize, rows: i32, n: i32, components: i32,
  row0: u32, seedLow: u32, seedHigh: u32, scratch: usize,
): void {
  const logW = scratch + 128;
  for (let k = 0; k < components; k++) store<f64>(logW + ((<usize>k) << 3), <f64>load<f32>(logits + ((<usize>k) << 2)));
  const total = logSumExp(logW, components);
  for (let r = 0; r < rows; r++) {
    const t = f32x4.splat(<f32>load<f64>(temperature + ((<usize>r) << 3)));
    philox4(row0 + r, 0, 2, 0, seedLow, seedHigh, scratch);
    const choice = (<f64>load<u32>(scratch) + 0.5) * 2.3283064365386963e-10;
    let k = 0;
    let below = expOf(load<f64>(logW) - total);
    while (k < components - 1 && choice >= below) {
      k++;
      below += expOf(load<f64>(logW + ((<usize>k) << 3)) - total);
    }
    const from = (<usize>(k * n)) << 2;
    for (let j = 0; j < n; j += 16) {
      philox4(row0 + r, j >> 2, 0, 0, seedLow, seedHigh, scratch);
      philox4(row0 + r, j >> 2, 1, 0, seedLow, seedHigh, scratch + 64);
      const count = min(16, n - j);
      for (let i = 0; i < count; i += 4) {
        const word = (<usize>i) << 2, column = from + ((<usize>(j + i)) << 2);
        const square = f32x4.mul(f32x4.splat(-2), logNormal(uniform4(v128.load(scratch + word))));
        const e = f32x4.mul(f32x4.sqrt(square), cosTurn(uniform4(v128.load(scratch + word, 64))));
        const out = f32x4.add(f32x4.mul(f32x4.mul(t, exp4(v128.load(logScale + column))), e), v128.load(location + column));
        storeLanes(z + ((<usize>(r * n + j + i)) << 2), out, count - i);
      }
    }
  }
}
