/** Standard normal log-density of rows, in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import type { Tensor } from "../../op.ts";

/** log p_r = -sum_j z_rj^2 / 2 - n log(2 pi) / 2. */
export function gaussianLogProb({ rows, cols, data }: Tensor): Tensor {
  const out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += data[r * cols + j]! ** 2;
    out[r] = -sum / 2 - cols * ops.HALF_LOG_TWO_PI;
  }
  return { rows, cols: 1, data: out };
}

/** gz = -z g. */
export function gaussianLogProbVjp(z: Tensor, g: Tensor): Tensor {
  return { ...z, data: z.data.map((value, i) => -value * g.data[Math.floor(i / z.cols)]!) };
}

export const gaussianBaseReference: readonly ReferenceOp[] = [
  onReference(ops.gaussianLogProb, ([z]) => [gaussianLogProb(z!)]),
  onReference(ops.gaussianLogProbVjp, ([z, g]) => [gaussianLogProbVjp(z!, g!)]),
];
