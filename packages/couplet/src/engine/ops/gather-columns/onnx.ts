/** Selections of columns: one Gather from the inputs side by side. */
import type { OnnxGraph } from "../../onnx/onnx-graph.ts";
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { gatherColumns, scatterColumns } from "./op.ts";

/** Columns of the inputs side by side. @param places for each output column, its place among all columns */
export function gathered(
  g: OnnxGraph,
  inputs: readonly string[],
  places: readonly number[],
): string {
  return g.node("Gather", [g.concat(inputs, 1), g.integers(places)], { axis: { int: 1 } });
}

/** Where each input begins among all columns. */
export function starts(widths: readonly number[]): number[] {
  let sum = 0;
  return widths.map((width) => (sum += width) - width);
}

export const gatherColumnsOnnx: readonly OnnxOp[] = [
  onOnnx(gatherColumns, (g, { inputs, widths }, { sources, columns }) => {
    const from = starts(widths);
    return [
      gathered(
        g,
        inputs,
        columns.map((column, j) => from[sources[j]!]! + column),
      ),
    ];
  }),
  onOnnx(scatterColumns, (g, { inputs: [x] }, { columns }) => {
    // A column of zeros stands in front for those that come from nowhere.
    const padded = g.concat([g.zeros(x!, 1), x!], 1);
    return [
      gathered(
        g,
        [padded],
        columns.map((from) => from + 1),
      ),
    ];
  }),
];
