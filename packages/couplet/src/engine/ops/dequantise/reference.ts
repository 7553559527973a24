/** Dequantisation in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { dequantise, quantise } from "./op.ts";

export const dequantiseReference: readonly ReferenceOp[] = [
  onReference(dequantise, ([x, u], { variables, scale, offset }) => [
    { ...x!, data: x!.data.map((value, i) => scale * (value + u!.data[i]!) + offset) },
    { rows: x!.rows, cols: 1, data: new Float64Array(x!.rows).fill(variables * Math.log(scale)) },
  ]),
  onReference(quantise, ([v], { scale, offset, most }) => [
    {
      ...v!,
      data: v!.data.map((value) =>
        Math.min(most, Math.max(0, Math.floor((value - offset) / scale))),
      ),
    },
  ]),
];
