/** The kernel calls of the circular shift. */
import { onCpu } from "../../device/cpu/call.ts";
import type { Call, CpuOp } from "../../device/cpu/call.ts";
import type { Value } from "../../value.ts";
import { circularShiftDecode, circularShiftEncode } from "./op.ts";
import type { CircularShiftAttrs } from "./op.ts";

interface ShiftNode {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: CircularShiftAttrs;
}

const shift =
  (sign: 1 | -1) =>
  ({ inputs: [x, t], outputs: [y], attrs: { variables, bound } }: ShiftNode): Call[] => [
    {
      kernel: "circularShift",
      args: [{ at: x! }, { at: t! }, { at: y! }, { run: "rows" }, variables, bound, sign],
    },
  ];

export const circularShiftCpu: readonly CpuOp[] = [
  onCpu(circularShiftEncode, shift(1)),
  onCpu(circularShiftDecode, shift(-1)),
];
