/** The kernel calls that write zeros. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { zeros, zeroPerRow } from "./op.ts";

export const zerosCpu: readonly CpuOp[] = [
  onCpu(zeros, ({ outputs: [y], attrs: { cols } }) => [
    { kernel: "zeroRows", args: [{ at: y! }, { run: "rows" }, cols] },
  ]),
  // Two float32 zeros are one float64 zero.
  onCpu(zeroPerRow, ({ outputs: [y] }) => [
    { kernel: "zeroRows", args: [{ at: y! }, { run: "rows" }, 2] },
  ]),
];
