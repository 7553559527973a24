/** The kernel call of the cross-entropy. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { crossEntropy } from "./op.ts";

export const crossEntropyCpu: readonly CpuOp[] = [
  onCpu(crossEntropy, ({ inputs, outputs, attrs: { classes, smoothing } }) => [
    {
      kernel: "crossEntropy",
      args: [
        ...[...inputs, ...outputs].map((at) => ({ at })),
        { run: "rows" },
        classes,
        smoothing,
        { scratch: 2 * classes },
      ],
    },
  ]),
];
