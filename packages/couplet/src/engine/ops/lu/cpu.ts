/** The kernel calls of the LU layer. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { Arg, CpuOp } from "../../device/cpu/call.ts";
import { luDecode, luDecodeVjp, luEncode, luEncodeVjp } from "./op.ts";
import type { LuAttrs } from "./op.ts";
import type { OpDef } from "../../op.ts";
import type { Value } from "../../value.ts";

/** Rows that kernel.as.ts treats at once. */
const BLOCK = 16;

function args(values: readonly (Value | undefined)[], n: number): Arg[] {
  return [...values.map(addressOf), { run: "rows" }, n, { scratch: (BLOCK + 2) * n + 8 }];
}

/** Both VJPs take the same values; their kernels have their names. */
function pullBack(op: OpDef<LuAttrs>): CpuOp {
  return onCpu(op, ({ inputs, outputs: [gv], accumulates, attrs: { variables } }) => [
    {
      kernel: op.name,
      args: [
        ...args([...inputs.slice(0, 6), inputs[6], gv], variables),
        ...accumulates.map((parameter): Arg => ({ gradOf: parameter })),
        // t, h and (when decoding) x of the whole tile.
        { scratch: 3 * variables + 4, perRow: true },
      ],
    },
  ]);
}

export const luCpu: readonly CpuOp[] = [
  onCpu(luEncode, ({ inputs, outputs: [y, logDet], attrs: { variables } }) => [
    { kernel: "luEncode", args: args([...inputs, y, logDet], variables) },
  ]),
  onCpu(luDecode, ({ inputs, outputs: [x, logDet], attrs: { variables } }) => [
    { kernel: "luDecode", args: args([...inputs, x, logDet], variables) },
  ]),
  pullBack(luEncodeVjp),
  pullBack(luDecodeVjp),
];
