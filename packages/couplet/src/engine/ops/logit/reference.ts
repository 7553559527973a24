/** The logit and its inverse in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import type { Tensor } from "../../op.ts";
import * as ops from "./op.ts";

function sigmoid(y: number): number {
  return 1 / (1 + Math.exp(-y));
}

/** Row sums of f over the entries. */
function sums({ rows, cols, data }: Tensor, f: (value: number) => number): Tensor {
  const total = new Float64Array(rows);
  data.forEach((value, i) => (total[Math.floor(i / cols)]! += f(value)));
  return { rows, cols: 1, data: total };
}

export const logitReference: readonly ReferenceOp[] = [
  onReference(ops.logitEncode, ([p]) => [
    { ...p!, data: p!.data.map((v) => Math.log(v) - Math.log1p(-v)) },
    sums(p!, (v) => -Math.log(v) - Math.log1p(-v)),
  ]),
  onReference(ops.logitDecode, ([y], { margin }) => [
    { ...y!, data: y!.data.map((v) => Math.min(1 - margin, Math.max(margin, sigmoid(v)))) },
    sums(y!, (v) => Math.abs(v) + 2 * Math.log1p(Math.exp(-Math.abs(v)))),
  ]),
  onReference(ops.logitEncodeVjp, ([p, g, gLogDet], { variables }) => [
    {
      ...p!,
      data: p!.data.map((v, i) => {
        const l = gLogDet?.data[Math.floor(i / variables)] ?? 0;
        return (g!.data[i]! + l * (2 * v - 1)) / (v * (1 - v));
      }),
    },
  ]),
  onReference(ops.logitDecodeVjp, ([y, g, gLogDet], { variables }) => [
    {
      ...y!,
      data: y!.data.map((v, i) => {
        const p = sigmoid(v);
        const l = gLogDet?.data[Math.floor(i / variables)] ?? 0;
        return g!.data[i]! * p * (1 - p) + l * (2 * p - 1);
      }),
    },
  ]),
];
