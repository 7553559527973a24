/** Cross-entropy in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { crossEntropy } from "./op.ts";

export const crossEntropyReference: readonly ReferenceOp[] = [
  onReference(crossEntropy, ([logits, labels], { classes, smoothing }) => {
    const { rows, data } = logits!;
    const loss = new Float64Array(rows);
    const residual = new Float64Array(rows * classes);
    for (let r = 0; r < rows; r++) {
      const o = data.subarray(r * classes, (r + 1) * classes);
      const most = o.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = most + Math.log(o.reduce((sum, v) => sum + Math.exp(v - most), 0));
      let fit = 0;
      for (const [k, v] of o.entries()) {
        const target =
          (Math.abs(k - labels!.data[r]!) < 0.5 ? 1 - smoothing : 0) + smoothing / classes;
        if (target !== 0) fit += target * v;
        residual[r * classes + k] = target - Math.exp(v - total);
      }
      loss[r] = total - fit;
    }
    return [
      { rows, cols: 1, data: loss },
      { rows, cols: classes, data: residual },
    ];
  }),
];
