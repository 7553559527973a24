/** ActNorm, y = exp(l) (x + b) column by column, in float64. Kingma & Dhariwal 2018, section 3.1. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import type { Tensor } from "../../op.ts";

type Columns = Float64Array;

function map(v: Tensor, f: (value: number, j: number, i: number) => number): Tensor {
  return { ...v, data: v.data.map((value, i) => f(value, i % v.cols, i)) };
}

/** sum_j l_j, the same for every row. */
export function actNormLogDet(rows: number, l: Columns): Tensor {
  return { rows, cols: 1, data: new Float64Array(rows).fill(l.reduce((a, b) => a + b, 0)) };
}

export function actNormEncode(x: Tensor, b: Columns, l: Columns): Tensor {
  return map(x, (value, j) => Math.exp(l[j]!) * (value + b[j]!));
}

export function actNormDecode(y: Tensor, b: Columns, l: Columns): Tensor {
  return map(y, (value, j) => value * Math.exp(-l[j]!) - b[j]!);
}

/** gx = gy exp(l); gb += sum gx; gl += sum gx (x + b) + sum gLogDet. */
export function actNormEncodeVjp(
  x: Tensor,
  b: Columns,
  l: Columns,
  gy: Tensor,
  gLogDet: Tensor | undefined,
  gb: Columns,
  gl: Columns,
): Tensor {
  const gx = map(gy, (g, j) => g * Math.exp(l[j]!));
  gx.data.forEach((g, i) => {
    gb[i % x.cols]! += g;
    gl[i % x.cols]! += g * (x.data[i]! + b[i % x.cols]!);
  });
  addLogDet(gLogDet, gl);
  return gx;
}

/** gy = gx exp(-l); gb -= sum gx; gl -= sum gy y, + sum gLogDet. */
export function actNormDecodeVjp(
  y: Tensor,
  l: Columns,
  gx: Tensor,
  gLogDet: Tensor | undefined,
  gb: Columns,
  gl: Columns,
): Tensor {
  const gy = map(gx, (g, j) => g * Math.exp(-l[j]!));
  gx.data.forEach((g, i) => {
    gb[i % y.cols]! -= g;
    gl[i % y.cols]! -= gy.data[i]! * y.data[i]!;
  });
  addLogDet(gLogDet, gl);
  return gy;
}

function addLogDet(gLogDet: Tensor | undefined, gl: Columns): void {
  const total = gLogDet?.data.reduce((a, b) => a + b, 0) ?? 0;
  for (let j = 0; j < gl.length; j++) gl[j]! += total;
}

export const actNormReference: readonly ReferenceOp[] = [
  onReference(ops.actNormEncode, ([x, b, l]) => [
    actNormEncode(x!, b!.data, l!.data),
    actNormLogDet(x!.rows, l!.data),
  ]),
  onReference(ops.actNormDecode, ([y, b, l], { logDet }) => {
    const x = actNormDecode(y!, b!.data, l!.data);
    return logDet ? [x, actNormLogDet(y!.rows, l!.data)] : [x];
  }),
  onReference(ops.actNormEncodeVjp, ([x, b, l, gy, gLogDet], _attrs, _run, [gb, gl]) => [
    actNormEncodeVjp(x!, b!.data, l!.data, gy!, gLogDet, gb!, gl!),
  ]),
  onReference(ops.actNormDecodeVjp, ([y, , l, gx, gLogDet], _attrs, _run, [gb, gl]) => [
    actNormDecodeVjp(y!, l!.data, gx!, gLogDet, gb!, gl!),
  ]),
];
