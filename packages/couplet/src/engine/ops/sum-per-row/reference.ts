/** Sums and multiples of row vectors in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { sumPerRow, scalePerRow } from "./op.ts";

export const sumPerRowReference: readonly ReferenceOp[] = [
  onReference(sumPerRow, (inputs) => {
    const sum = inputs[0]!.data.slice();
    for (const { data } of inputs.slice(1))
      for (let r = 0; r < sum.length; r++) sum[r]! += data[r]!;
    return [{ ...inputs[0]!, data: sum }];
  }),
  onReference(scalePerRow, ([v], { factor }) => [
    { ...v!, data: v!.data.map((value) => factor * value) },
  ]),
];
