import { transpose4 } from "../../kernel/transpose";

/**
 * to (cols x rows, leading dimension `rows`) = the transpose of from (rows x cols, leading dimension `ld`).
 *
 * Sixteen rows at a time, so that each cache line of the result is written whole.
 */
export function transposeFloats(from: usize, ld: i32, rows: i32, cols: i32, to: usize): void {
  const stride = (<usize>ld) << 2,
    step = (<usize>rows) << 2;
  for (let i = 0; i < rows; i += 16) {
    const end = min(i + 16, rows);
    let p = 0;
    for (; p + 4 <= cols; p += 4) {
      let at = from + <usize>i * stride + ((<usize>p) << 2);
      let out = to + <usize>p * step + ((<usize>i) << 2);
      let r = i;
      for (; r + 4 <= end; r += 4, at += stride << 2, out += 16) {
        transpose4(
          v128.load(at),
          v128.load(at + stride),
          v128.load(at + 2 * stride),
          v128.load(at + 3 * stride),
          out,
          step,
        );
      }
      for (; r < end; r++, at += stride, out += 4) {
        for (let q: usize = 0; q < 4; q++) store<f32>(out + q * step, load<f32>(at + (q << 2)));
      }
    }
    for (; p < cols; p++) {
      for (let r = i; r < end; r++) {
        store<f32>(
          to + <usize>p * step + ((<usize>r) << 2),
          load<f32>(from + <usize>r * stride + ((<usize>p) << 2)),
        );
      }
    }
  }
}
