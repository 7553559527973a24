/** Columns dealt out to other batches: a Gather for each. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { gathered, starts } from "../gather-columns/onnx.ts";
import { repartition } from "./op.ts";

export const repartitionOnnx: readonly OnnxOp[] = [
  onOnnx(repartition, (g, { inputs, widths }, { sources, columns }) => {
    const from = starts(widths);
    return columns.map((list, o) =>
      gathered(
        g,
        inputs,
        list.map((column, j) => from[sources[o]![j]!]! + column),
      ),
    );
  }),
];
