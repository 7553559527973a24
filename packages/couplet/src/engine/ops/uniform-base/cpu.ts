/** The kernel calls of the uniform base. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { uniformLogProb } from "./op.ts";

export const uniformBaseCpu: readonly CpuOp[] = [
  onCpu(uniformLogProb, ({ inputs: [z], outputs: [out], attrs: { variables, bound } }) => [
    {
      kernel: "uniformLogProb",
      args: [
        { at: z! },
        { at: out! },
        { run: "rows" },
        variables,
        bound,
        -variables * Math.log(2 * bound),
      ],
    },
  ]),
];
