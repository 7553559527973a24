/* Random draws, sixteen columns of a row at a time; see op.ts. Kinds: 0 gaussian, 1 studentT, 2 uniform, 3 bins. */
import { exp4 } from "../../device/cpu/kernel/exp";
import { select4, storeLanes } from "../../device/cpu/kernel/lanes";
import { logNormal } from "../../device/cpu/kernel/log";
import { madd } from "../../device/cpu/kernel/madd";
import { philox4, uniform4 } from "../../../random/kernel/philox";
import { cosTurn } from "../../device/cpu/kernel/turn";

/**
 * z = loc + temperature exp(logScale) e. Addresses may be 0 (a temperature of 1); `shape` is
 * the bound of uniform draws, and the degrees of freedom of Student-t draws without logDf.
 */
export function noise(
  temperature: usize, loc: usize, logScale: usize, logDf: usize, z: usize, rows: i32, n: i32, kind: i32, shape: f32,
  row0: u32, seedLow: u32, seedHigh: u32, step: u32, scratch: usize,
): void {
  const one = f32x4.splat(1);
  for (let r = 0; r < rows; r++) {
    const t = f32x4.splat(temperature == 0 ? 1 : <f32>load<f64>(temperature + ((<usize>r) << 3)));
    for (let j = 0; j < n; j += 16) {
      philox4(row0 + r, j >> 2, 0, step, seedLow, seedHigh, scratch);
      if (kind < 2) philox4(row0 + r, j >> 2, 1, step, seedLow, seedHigh, scratch + 64);
      const count = min(16, n - j);
      const to = z + ((<usize>(r * n + j)) << 2);
      for (let k = 0; k < count; k += 4) {
        const word = (<usize>k) << 2;
        const column = (<usize>(j + k)) << 2;
        const u = uniform4(v128.load(scratch + word));
        let out: v128;
        if (kind == 3) {
          const k = f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(scratch + word), 17));
          out = f32x4.mul(f32x4.splat(1.0 / 32768), f32x4.add(k, f32x4.splat(0.5)));
          out = f32x4.max(f32x4.splat(shape), f32x4.min(f32x4.splat(1 - shape), out));
        } else if (kind == 2) {
          out = f32x4.mul(f32x4.splat(shape), f32x4.sub(f32x4.add(u, u), one));
        } else {
          let square = f32x4.mul(f32x4.splat(-2), logNormal(u));
          if (kind == 1) {
            const df = logDf == 0 ? f32x4.splat(shape) : f32x4.add(f32x4.splat(2), exp4(v128.load(logDf + column)));
            square = f32x4.mul(df, expm1Positive(f32x4.div(square, df)));
          }
          const scale = logScale == 0 ? t : f32x4.mul(t, exp4(v128.load(logScale + column)));
          const e = f32x4.mul(f32x4.sqrt(square), cosTurn(uniform4(v128.load(scratch + word, 64))));
          out = f32x4.mul(scale, e);
          if (loc != 0) out = f32x4.add(out, v128.load(loc + column));
        }
        storeLanes(to + word, out, count - k);
      }
    }
  }
}

// exp(v) - 1 for v >= 0: its series where the difference would cancel.
// @ts-ignore: decorator
@inline
function expm1Positive(v: v128): v128 {
  const one = f32x4.splat(1);
  let series = madd(v, f32x4.splat(1.0 / 120), f32x4.splat(1.0 / 24));
  series = madd(v, series, f32x4.splat(1.0 / 6));
  series = madd(v, series, f32x4.splat(0.5));
  series = f32x4.mul(v, madd(v, series, one));
  return select4(series, f32x4.sub(exp4(v), one), f32x4.lt(v, f32x4.splat(0.1)));
}
