/** The kernel calls of the logit. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { CpuOp } from "../../device/cpu/call.ts";
import type { OpDef } from "../../op.ts";
import { logitDecode, logitDecodeVjp, logitEncode, logitEncodeVjp } from "./op.ts";
import type { LogitAttrs } from "./op.ts";

/** Both VJPs take the same values; their kernels have their names. */
function pullBack(op: OpDef<LogitAttrs>): CpuOp {
  return onCpu(op, ({ inputs: [v, g, gLogDet], outputs: [out], attrs: { variables } }) => [
    {
      kernel: op.name,
      args: [{ at: v! }, { at: g! }, addressOf(gLogDet), { at: out! }, { run: "rows" }, variables],
    },
  ]);
}

export const logitCpu: readonly CpuOp[] = [
  onCpu(logitEncode, ({ inputs: [p], outputs: [y, logDet], attrs: { variables } }) => [
    {
      kernel: "logitEncode",
      args: [{ at: p! }, { at: y! }, { at: logDet! }, { run: "rows" }, variables],
    },
  ]),
  onCpu(logitDecode, ({ inputs: [y], outputs: [p, logDet], attrs: { variables, margin } }) => [
    {
      kernel: "logitDecode",
      args: [{ at: y! }, { at: p! }, { at: logDet! }, { run: "rows" }, variables, margin],
    },
  ]),
  pullBack(logitEncodeVjp),
  pullBack(logitDecodeVjp),
];
