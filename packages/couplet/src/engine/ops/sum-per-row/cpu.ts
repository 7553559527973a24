/** The kernel calls of sums per row. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp, KernelCall } from "../../device/cpu/call.ts";
import { sumPerRow, scalePerRow } from "./op.ts";

export const sumPerRowCpu: readonly CpuOp[] = [
  onCpu(sumPerRow, ({ inputs, outputs: [sum] }) => {
    const at = { at: sum! };
    const [first, second, ...rest] = inputs;
    const rows = { run: "rows" } as const;
    if (second === undefined)
      return [{ kernel: "scalePerRow", args: [{ at: first! }, at, rows, 1] }];
    return [
      { kernel: "addPerRow", args: [{ at: first! }, { at: second }, at, rows] },
      ...rest.map((value): KernelCall => ({
        kernel: "addPerRow",
        args: [at, { at: value }, at, rows],
      })),
    ];
  }),
  onCpu(scalePerRow, ({ inputs: [v], outputs: [out], attrs: { factor } }) => [
    { kernel: "scalePerRow", args: [{ at: v! }, { at: out! }, { run: "rows" }, factor] },
  ]),
];
