/** The kernel calls of ActNorm. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { Arg, CpuOp } from "../../device/cpu/call.ts";
import { actNormDecode, actNormDecodeVjp, actNormEncode, actNormEncodeVjp } from "./op.ts";
import type { ActNormAttrs } from "./op.ts";
import type { OpDef } from "../../op.ts";
import type { Value } from "../../value.ts";

function args(
  values: readonly (Value | undefined)[],
  { variables, pixels = 1 }: ActNormAttrs,
): Arg[] {
  return [...values.map(addressOf), { run: "rows" }, variables, pixels];
}

/** Both VJPs take the same values; their kernels have their names. */
function pullBack(op: OpDef<ActNormAttrs>): CpuOp {
  return onCpu(
    op,
    ({ inputs: [v, shift, logScale, g, gLogDet], outputs: [gv], accumulates: [gb, gl], attrs }) => [
      {
        kernel: op.name,
        args: [
          ...args([v, shift, logScale, g, gLogDet, gv], attrs),
          { gradOf: gb! },
          { gradOf: gl! },
        ],
      },
    ],
  );
}

export const actNormCpu: readonly CpuOp[] = [
  onCpu(actNormEncode, ({ inputs, outputs: [y, logDet], attrs }) => [
    { kernel: "actNormEncode", args: args([...inputs, y, logDet], attrs) },
  ]),
  onCpu(actNormDecode, ({ inputs, outputs: [x, logDet], attrs }) => [
    { kernel: "actNormDecode", args: args([...inputs, x, logDet], attrs) },
  ]),
  pullBack(actNormEncodeVjp),
  pullBack(actNormDecodeVjp),
];
