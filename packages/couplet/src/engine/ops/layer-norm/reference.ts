/** Layer normalisation in float64: y = gain (x - mean) / sqrt(var + eps) + bias. Ba et al. 2016, eq. 4. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import { toPixels, toRows } from "../pixels.ts";
import type { Tensor } from "../../op.ts";

function normalised(row: Float64Array): { readonly hat: Float64Array; readonly inverse: number } {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length;
  const inverse = 1 / Math.sqrt(variance + ops.LAYER_NORM_EPS);
  return { hat: row.map((value) => (value - mean) * inverse), inverse };
}

export function layerNorm(x: Tensor, gain: Float64Array, bias: Float64Array): Tensor {
  const data = new Float64Array(x.data.length);
  for (let r = 0; r < x.rows; r++) {
    const { hat } = normalised(x.data.subarray(r * x.cols, (r + 1) * x.cols));
    data.set(
      hat.map((value, j) => gain[j]! * value + bias[j]!),
      r * x.cols,
    );
  }
  return { ...x, data };
}

/** With h the normalised row and c = g gain: gx = (c - mean c - h mean(c h)) / sqrt(var + eps). */
export function layerNormVjp(
  x: Tensor,
  gain: Float64Array,
  g: Tensor,
  gGain: Float64Array,
  gBias: Float64Array,
): Tensor {
  const data = new Float64Array(x.data.length);
  const n = x.cols;
  for (let r = 0; r < x.rows; r++) {
    const { hat, inverse } = normalised(x.data.subarray(r * n, (r + 1) * n));
    const cotangent = g.data.subarray(r * n, (r + 1) * n);
    const c = cotangent.map((value, j) => value * gain[j]!);
    const mean = c.reduce((a, b) => a + b, 0) / n;
    const along = c.reduce((a, b, j) => a + b * hat[j]!, 0) / n;
    for (let j = 0; j < n; j++) {
      data[r * n + j] = (c[j]! - mean - hat[j]! * along) * inverse;
      gGain[j]! += cotangent[j]! * hat[j]!;
      gBias[j]! += cotangent[j]!;
    }
  }
  return { ...x, data };
}

export const layerNormReference: readonly ReferenceOp[] = [
  onReference(ops.layerNorm, ([x, gain, bias], { pixels = 1 }) => [
    toRows(layerNorm(toPixels(x!, pixels), gain!.data, bias!.data), pixels),
  ]),
  onReference(ops.layerNormVjp, ([x, gain, g], { pixels = 1 }, _run, [gGain, gBias]) => [
    toRows(
      layerNormVjp(toPixels(x!, pixels), gain!.data, toPixels(g!, pixels), gGain!, gBias!),
      pixels,
    ),
  ]),
];
