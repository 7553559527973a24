/** Sums over columns, and one number in all columns, in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { spreadColumns, sumColumns } from "./op.ts";

export const sumColumnsReference: readonly ReferenceOp[] = [
  onReference(sumColumns, ([x]) => {
    const { rows, cols, data } = x!;
    const sums = new Float64Array(rows);
    for (let i = 0; i < data.length; i++) sums[Math.floor(i / cols)]! += data[i]!;
    return [{ rows, cols: 1, data: sums }];
  }),
  onReference(spreadColumns, ([v], { cols }) => {
    const { rows, data } = v!;
    const spread = Float64Array.from(
      { length: rows * cols },
      (_, i) => data[Math.floor(i / cols)]!,
    );
    return [{ rows, cols, data: spread }];
  }),
];
