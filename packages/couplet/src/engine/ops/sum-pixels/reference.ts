/** Sums over pixels, and one number at all pixels, in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { spreadPixels, sumPixels } from "./op.ts";

export const sumPixelsReference: readonly ReferenceOp[] = [
  onReference(sumPixels, ([x], { channels }) => {
    const { rows, cols, data } = x!;
    const sums = new Float64Array(rows * channels);
    for (let i = 0; i < data.length; i++)
      sums[Math.floor(i / cols) * channels + (i % channels)]! += data[i]!;
    return [{ rows, cols: channels, data: sums }];
  }),
  onReference(spreadPixels, ([v], { pixels, channels }) => {
    const { rows, data } = v!;
    const cols = pixels * channels;
    const spread = Float64Array.from(
      { length: rows * cols },
      (_, i) => data[Math.floor(i / cols) * channels + (i % channels)]!,
    );
    return [{ rows, cols, data: spread }];
  }),
];
