/** The uniform log-density in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { uniformLogProb } from "./op.ts";

export const uniformBaseReference: readonly ReferenceOp[] = [
  onReference(uniformLogProb, ([z], { variables, bound }) => {
    const data = new Float64Array(z!.rows).fill(-variables * Math.log(2 * bound));
    z!.data.forEach((value, i) => {
      const r = Math.floor(i / variables);
      if (Math.abs(value) > bound) data[r]! += -Infinity;
      if (Number.isNaN(value)) data[r] = NaN;
    });
    return [{ rows: z!.rows, cols: 1, data }];
  }),
];
