/** ActNorm, y = exp(l) (x + b) column by column, in float64. Kingma & Dhariwal 2018, section 3.1. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import * as ops from "./op.ts";
import { toPixels, toRows } from "../pixels.ts";
import type { Tensor } from "../../op.ts";

type Columns = Float64Array;

function map(v: Tensor, f: (value: number, j: number, i: number) => number): Tensor {
  return { ...v, data: v.data.map((value, i) => f(value, i % v.cols, i)) };
}

/** sum_j l_j at every pixel, the same for every row. */
export function actNormLogDet(rows: number, l: Columns, pixels: number): Tensor {
  const logDet = pixels * l.reduce((a, b) => a + b, 0);
  return { rows, cols: 1, data: new Float64Array(rows).fill(logDet) };
}

export function actNormEncode(x: Tensor, b: Columns, l: Columns): Tensor {
  return map(x, (value, j) => Math.exp(l[j]!) * (value + b[j]!));
}

export function actNormDecode(y: Tensor, b: Columns, l: Columns): Tensor {
  return map(y, (value, j) => value * Math.exp(-l[j]!) - b[j]!);
}

/** gx = gy exp(l); gb += sum gx; gl += sum gx (x + b). */
export function actNormEncodeVjp(
  x: Tensor,
  b: Columns,
  l: Columns,
  gy: Tensor,
  gb: Columns,
  gl: Columns,
): Tensor {
  const gx = map(gy, (g, j) => g * Math.exp(l[j]!));
  gx.data.forEach((g, i) => {
    gb[i % x.cols]! += g;
    gl[i % x.cols]! += g * (x.data[i]! + b[i % x.cols]!);
  });
  return gx;
}

/** gy = gx exp(-l); gb -= sum gx; gl -= sum gy y. */
export function actNormDecodeVjp(
  y: Tensor,
  l: Columns,
  gx: Tensor,
  gb: Columns,
  gl: Columns,
): Tensor {
  const gy = map(gx, (g, j) => g * Math.exp(-l[j]!));
  gx.data.forEach((g, i) => {
    gb[i % y.cols]! -= g;
    gl[i % y.cols]! -= gy.data[i]! * y.data[i]!;
  });
  return gy;
}

/** gl += pixels sum gLogDet, in either direction. */
function addLogDet(gLogDet: Tensor | undefined, gl: Columns, pixels: number): void {
  const total = pixels * (gLogDet?.data.reduce((a, b) => a + b, 0) ?? 0);
  for (let j = 0; j < gl.length; j++) gl[j]! += total;
}

export const actNormReference: readonly ReferenceOp[] = [
  onReference(ops.actNormEncode, ([x, b, l], { pixels = 1 }) => [
    toRows(actNormEncode(toPixels(x!, pixels), b!.data, l!.data), pixels),
    actNormLogDet(x!.rows, l!.data, pixels),
  ]),
  onReference(ops.actNormDecode, ([y, b, l], { logDet, pixels = 1 }) => {
    const x = toRows(actNormDecode(toPixels(y!, pixels), b!.data, l!.data), pixels);
    return logDet ? [x, actNormLogDet(y!.rows, l!.data, pixels)] : [x];
  }),
  onReference(ops.actNormEncodeVjp, ([x, b, l, gy, gLogDet], { pixels = 1 }, _run, [gb, gl]) => {
    addLogDet(gLogDet, gl!, pixels);
    const [at, g] = [toPixels(x!, pixels), toPixels(gy!, pixels)];
    return [toRows(actNormEncodeVjp(at, b!.data, l!.data, g, gb!, gl!), pixels)];
  }),
  onReference(ops.actNormDecodeVjp, ([y, , l, gx, gLogDet], { pixels = 1 }, _run, [gb, gl]) => {
    addLogDet(gLogDet, gl!, pixels);
    const [at, g] = [toPixels(y!, pixels), toPixels(gx!, pixels)];
    return [toRows(actNormDecodeVjp(at, l!.data, g, gb!, gl!), pixels)];
  }),
];
