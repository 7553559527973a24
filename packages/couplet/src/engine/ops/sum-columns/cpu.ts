/** The kernel calls of sums over columns. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { colsOf } from "../../value.ts";
import { spreadColumns, sumColumns } from "./op.ts";

export const sumColumnsCpu: readonly CpuOp[] = [
  onCpu(sumColumns, ({ inputs: [x], outputs: [sums] }) => [
    { kernel: "sumColumns", args: [{ at: x! }, { at: sums! }, { run: "rows" }, colsOf(x!)] },
  ]),
  onCpu(spreadColumns, ({ inputs: [v], outputs: [spread], attrs: { cols } }) => [
    { kernel: "spreadColumns", args: [{ at: v! }, { at: spread! }, { run: "rows" }, cols] },
  ]),
];
