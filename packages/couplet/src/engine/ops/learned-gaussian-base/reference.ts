/** Normal log-density with a location and log-scale per variable, in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import type { Tensor } from "../../op.ts";
import { HALF_LOG_TWO_PI } from "../gaussian-base/op.ts";

/** With u = (z - loc) exp(-logScale): log p = sum_j -u^2 / 2 - logScale - log(2 pi) / 2. */
export function learnedGaussianLogProb(
  z: Tensor,
  loc: Float64Array,
  logScale: Float64Array,
): Tensor {
  const data = new Float64Array(z.rows);
  z.data.forEach((value, i) => {
    const j = i % z.cols;
    const u = (value - loc[j]!) * Math.exp(-logScale[j]!);
    data[Math.floor(i / z.cols)]! += -(u * u) / 2 - logScale[j]! - HALF_LOG_TWO_PI;
  });
  return { rows: z.rows, cols: 1, data };
}

/** gz = -g u exp(-logScale); gLoc -= sum gz; gLogScale += sum g (u^2 - 1). */
export function learnedGaussianLogProbVjp(
  z: Tensor,
  loc: Float64Array,
  logScale: Float64Array,
  g: Tensor,
  gLoc: Float64Array,
  gLogScale: Float64Array,
): Tensor {
  const data = z.data.map((value, i) => {
    const j = i % z.cols;
    const e = Math.exp(-logScale[j]!);
    const u = (value - loc[j]!) * e;
    const cotangent = g.data[Math.floor(i / z.cols)]!;
    gLoc[j]! += cotangent * u * e;
    gLogScale[j]! += cotangent * (u * u - 1);
    return -cotangent * u * e;
  });
  return { ...z, data };
}

export const learnedGaussianBaseReference: readonly ReferenceOp[] = [
  onReference(ops.learnedGaussianLogProb, ([z, loc, logScale]) => [
    learnedGaussianLogProb(z!, loc!.data, logScale!.data),
  ]),
  onReference(
    ops.learnedGaussianLogProbVjp,
    ([z, loc, logScale, g], _attrs, _run, [gLoc, gLogScale]) => [
      learnedGaussianLogProbVjp(z!, loc!.data, logScale!.data, g!, gLoc!, gLogScale!),
    ],
  ),
];
