/** Circular shift of angles in float64. Rezende et al. 2020, section 2.1. */
import type { Tensor } from "../../op.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { circularShiftEncode, circularShiftDecode } from "./op.ts";

/** x shifted by t on the circle; infinities and NaN are left alone. */
export function shiftOnCircle(x: number, t: number, bound: number): number {
  if (!Number.isFinite(x)) return x;
  const turns = turnsOf(x, bound);
  const moved = x - turns + t;
  return moved - turnsOf(moved, bound) + turns;
}

/** How far v is from its place in [-B, B): whole turns. Within, adding B could round up to the next turn. */
function turnsOf(v: number, bound: number): number {
  const turn = 2 * bound;
  return v >= -bound && v < bound ? 0 : turn * Math.floor((v + bound) / turn);
}

const shifted = (x: Tensor, t: Tensor, bound: number, sign: 1 | -1): Tensor => ({
  ...x,
  data: x.data.map((value, i) => shiftOnCircle(value, sign * t.data[i]!, bound)),
});

export const circularShiftReference: readonly ReferenceOp[] = [
  onReference(circularShiftEncode, ([x, t], { bound }) => [shifted(x!, t!, bound, 1)]),
  onReference(circularShiftDecode, ([y, t], { bound }) => [shifted(y!, t!, bound, -1)]),
];
