/** The kernel calls of the additive coupling. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import { additiveEncode, additiveDecode, negateRows } from "./op.ts";

export const additiveCpu: readonly CpuOp[] = [
  onCpu(additiveEncode, ({ inputs: [x, t], outputs: [y], attrs: { variables } }) => [
    { kernel: "addRows", args: [{ at: x! }, { at: t! }, { at: y! }, { run: "rows" }, variables] },
  ]),
  onCpu(additiveDecode, ({ inputs: [y, t], outputs: [x], attrs: { variables } }) => [
    {
      kernel: "subtractRows",
      args: [{ at: y! }, { at: t! }, { at: x! }, { run: "rows" }, variables],
    },
  ]),
  onCpu(negateRows, ({ inputs: [g], outputs: [out], attrs: { variables } }) => [
    { kernel: "negateRows", args: [{ at: g! }, { at: out! }, { run: "rows" }, variables] },
  ]),
];
