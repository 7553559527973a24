/** The kernel calls of ActNorm. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { Arg, CpuOp } from "../../device/cpu/call.ts";
import { actNormDecode, actNormDecodeVjp, actNormEncode, actNormEncodeVjp } from "./op.ts";
import type { ActNormAttrs } from "./op.ts";
import type { OpDef } from "../../op.ts";
import type { Value } from "../../value.ts";

function args(values: readonly (Value | undefined)[], n: number): Arg[] {
  return [...values.map(addressOf), { run: "rows" }, n];
}

/** Both VJPs take the same values; their kernels have their names. */
function pullBack(op: OpDef<ActNormAttrs>): CpuOp {
  return onCpu(
    op,
    ({
      inputs: [v, shift, logScale, g, gLogDet],
      outputs: [gv],
      accumulates: [gb, gl],
      attrs: { variables },
    }) => [
      {
        kernel: op.name,
        args: [
          ...args([v, shift, logScale, g, gLogDet, gv], variables),
          { gradOf: gb! },
          { gradOf: gl! },
        ],
      },
    ],
  );
}

export const actNormCpu: readonly CpuOp[] = [
  onCpu(actNormEncode, ({ inputs, outputs: [y, logDet], attrs: { variables } }) => [
    { kernel: "actNormEncode", args: args([...inputs, y, logDet], variables) },
  ]),
  onCpu(actNormDecode, ({ inputs, outputs: [x, logDet], attrs: { variables } }) => [
    { kernel: "actNormDecode", args: args([...inputs, x, logDet], variables) },
  ]),
  pullBack(actNormEncodeVjp),
  pullBack(actNormDecodeVjp),
];
