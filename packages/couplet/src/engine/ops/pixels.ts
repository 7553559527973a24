/** Rows that hold an image each, seen as rows of pixels: the same numbers, cut finer. */
import type { Tensor } from "../op.ts";

/** rows x (pixels * n) as (rows * pixels) x n. */
export function toPixels({ rows, cols, data }: Tensor, pixels: number): Tensor {
  return { rows: rows * pixels, cols: cols / pixels, data };
}

/** (rows * pixels) x n as rows x (pixels * n). */
export function toRows({ rows, cols, data }: Tensor, pixels: number): Tensor {
  return { rows: rows / pixels, cols: cols * pixels, data };
}
