/** The kernel calls of the LU layer. */
import { addressOf, onCpu } from "../../device/cpu/call.ts";
import type { Arg, CpuOp } from "../../device/cpu/call.ts";
import { luDecode, luDecodeVjp, luEncode, luEncodeVjp } from "./op.ts";
import type { LuAttrs } from "./op.ts";
import type { OpDef } from "../../op.ts";
import type { Value } from "../../value.ts";

/** Rows that kernel.as.ts treats at once. */
const BLOCK = 16;

function args(
  values: readonly (Value | undefined)[],
  { variables: n, pixels = 1 }: LuAttrs,
): Arg[] {
  const scratch = { scratch: (BLOCK + 2) * n + 8 };
  return [...values.map(addressOf), { run: "rows" }, n, pixels, scratch];
}

/** Both VJPs take the same values; their kernels have their names. */
function pullBack(op: OpDef<LuAttrs>): CpuOp {
  return onCpu(op, ({ inputs, outputs: [gv], accumulates, attrs }) => [
    {
      kernel: op.name,
      args: [
        ...args([...inputs.slice(0, 6), inputs[6], gv], attrs),
        ...accumulates.map((parameter): Arg => ({ gradOf: parameter })),
        // t, h and (when decoding) x of the whole tile.
        { scratch: (attrs.pixels ?? 1) * 3 * attrs.variables + 4, perRow: true },
      ],
    },
  ]);
}

export const luCpu: readonly CpuOp[] = [
  onCpu(luEncode, ({ inputs, outputs: [y, logDet], attrs }) => [
    { kernel: "luEncode", args: args([...inputs, y, logDet], attrs) },
  ]),
  onCpu(luDecode, ({ inputs, outputs: [x, logDet], attrs }) => [
    { kernel: "luDecode", args: args([...inputs, x, logDet], attrs) },
  ]),
  pullBack(luEncodeVjp),
  pullBack(luDecodeVjp),
];
