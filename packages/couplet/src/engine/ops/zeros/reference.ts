/** Zeros in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { zeros, zeroPerRow } from "./op.ts";

export const zerosReference: readonly ReferenceOp[] = [
  onReference(zeros, (_inputs, { cols }, { rows }) => {
    return [{ rows, cols, data: new Float64Array(rows * cols) }];
  }),
  onReference(zeroPerRow, (_inputs, _attrs, { rows }) => {
    return [{ rows, cols: 1, data: new Float64Array(rows) }];
  }),
];
