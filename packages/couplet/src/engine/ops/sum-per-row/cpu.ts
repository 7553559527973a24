/** The kernel calls of sums per row. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp, KernelCall } from "../../device/cpu/call.ts";
import { sumRowVectors, scaleRowVector } from "./op.ts";

export const sumPerRowCpu: readonly CpuOp[] = [
  onCpu(sumRowVectors, ({ inputs, outputs: [sum] }) => {
    const at = { at: sum! };
    const [first, second, ...rest] = inputs;
    const rows = { run: "rows" } as const;
    if (second === undefined)
      return [{ kernel: "scaleRowVector", args: [{ at: first! }, at, rows, 1] }];
    return [
      { kernel: "addRowVectors", args: [{ at: first! }, { at: second }, at, rows] },
      ...rest.map((value): KernelCall => ({
        kernel: "addRowVectors",
        args: [at, { at: value }, at, rows],
      })),
    ];
  }),
  onCpu(scaleRowVector, ({ inputs: [v], outputs: [out], attrs: { factor } }) => [
    { kernel: "scaleRowVector", args: [{ at: v! }, { at: out! }, { run: "rows" }, factor] },
  ]),
];
