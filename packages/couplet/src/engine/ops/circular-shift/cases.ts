import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { circularShiftDecode, circularShiftEncode } from "./op.ts";

const BOUND = 3;

export const circularShiftCases: readonly OpCase[] = widths.flatMap((variables) =>
  [circularShiftEncode, circularShiftDecode].map((op) => ({
    name: `${op.name}, ${variables} variables`,
    op,
    attrs: { variables, bound: BOUND },
    // Some angles lie beyond a turn, and some shifts go across the seam.
    inputs: [
      { shape: rowsShape(variables), draw: (normal: () => number) => 3 * normal() },
      { shape: rowsShape(variables) },
    ],
    boundary: { input: 0, values: [BOUND, -BOUND] },
  })),
);
