/** Selections of columns in float64. */
import type { Tensor } from "../../op.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { gatherColumns, scatterColumns } from "./op.ts";

/** The selection in float64. */
export function selectReference(
  inputs: readonly Tensor[],
  sources: readonly number[],
  columns: readonly number[],
): Tensor {
  const rows = inputs[0]!.rows;
  const cols = columns.length;
  const data = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < cols; j++) {
      const input = inputs[sources[j]!]!;
      data[r * cols + j] = input.data[r * input.cols + columns[j]!]!;
    }
  }
  return { rows, cols, data };
}

export const gatherColumnsReference: readonly ReferenceOp[] = [
  onReference(gatherColumns, (inputs, { sources, columns }) => {
    return [selectReference(inputs, sources, columns)];
  }),
  onReference(scatterColumns, ([g], { cols, columns }) => {
    const data = new Float64Array(g!.rows * cols);
    for (let r = 0; r < g!.rows; r++) {
      for (const [j, from] of columns.entries()) {
        if (from >= 0) data[r * cols + j] = g!.data[r * g!.cols + from]!;
      }
    }
    return [{ rows: g!.rows, cols, data }];
  }),
];
