/** The kernel calls of the standard normal base. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { HALF_LOG_TWO_PI, gaussianLogProb, gaussianLogProbVjp } from "./op.ts";

export const gaussianBaseCpu: readonly CpuOp[] = [
  onCpu(gaussianLogProb, ({ inputs: [z], outputs: [out], attrs: { variables } }) => {
    const constant = -variables * HALF_LOG_TWO_PI;
    return [
      {
        kernel: "gaussianLogProb",
        args: [{ at: z! }, { at: out! }, { run: "rows" }, variables, constant],
      },
    ];
  }),
  onCpu(gaussianLogProbVjp, ({ inputs: [z, g], outputs: [gz], attrs: { variables } }) => [
    {
      kernel: "gaussianLogProbVjp",
      args: [{ at: z! }, { at: g! }, { at: gz! }, { run: "rows" }, variables],
    },
  ]),
];
