/**
 * Circular shift of angles: y = x + t on the circle [-B, B). An angle that is m turns away from its place on the circle
 * stays m turns away, which makes the map a bijection of the real numbers too. It preserves volume: logDet is 0.
 *
 * @see Rezende et al. 2020, Normalizing Flows on Tori and Spheres, section 2.1, https://arxiv.org/abs/2002.02428
 */
import { expectRows } from "../../value.ts";
import type { Shape } from "../../value.ts";
import type { OpDef, Tensor } from "../../op.ts";
import { negateRows } from "../additive/op.ts";

export type CircularShiftAttrs = {
  readonly variables: number;
  /** B: half a turn. */
  readonly bound: number;
};

function infer(
  op: string,
  [x, t]: readonly (Shape | undefined)[],
  { variables }: CircularShiftAttrs,
): Shape[] {
  expectRows(op, "x", x, variables);
  expectRows(op, "shift", t, variables);
  return [{ kind: "rows", cols: variables }];
}

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

/** [x, t] -> [x + t on the circle]. */
export const circularShiftEncode: OpDef<CircularShiftAttrs> = {
  name: "circularShiftEncode",
  infer: (inputs, attrs) => infer("circularShiftEncode", inputs, attrs),
  vjp: ({ cotangents: [g] }) => [g, g],
  bijection: {
    input: 0,
    output: 0,
    decode: (b, [, t], y, attrs) => b.emitOne(circularShiftDecode, [y, t!], attrs),
  },
  inPlace: [[0, 0]],
  reference: ([x, t], { bound }) => [shifted(x!, t!, bound, 1)],
};

/** [y, t] -> [y - t on the circle]. */
export const circularShiftDecode: OpDef<CircularShiftAttrs> = {
  name: "circularShiftDecode",
  infer: (inputs, attrs) => infer("circularShiftDecode", inputs, attrs),
  vjp: ({ b, attrs: { variables }, cotangents: [g] }) =>
    g === undefined ? [] : [g, b.emitOne(negateRows, [g], { variables })],
  inPlace: [[0, 0]],
  reference: ([y, t], { bound }) => [shifted(y!, t!, bound, -1)],
};
