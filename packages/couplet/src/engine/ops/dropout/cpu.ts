/** The kernel calls of dropout. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { dropout, dropoutThreshold } from "./op.ts";

export const dropoutCpu: readonly CpuOp[] = [
  onCpu(dropout, ({ inputs: [x], outputs: [y], attrs: { columns, rate, layer } }) => [
    {
      kernel: "dropout",
      args: [
        { at: x! },
        { at: y! },
        { run: "rows" },
        columns,
        dropoutThreshold(rate) | 0,
        1 / (1 - rate),
        layer,
        { run: "row0" },
        { run: "step" },
        { run: "seedLow" },
        { run: "seedHigh" },
        { run: "training" },
        { scratch: 16 },
      ],
    },
  ]),
];
