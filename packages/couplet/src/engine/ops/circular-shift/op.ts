/**
 * Circular shift of angles: y = x + t on the circle [-B, B). An angle that is m turns away from its place on the circle
 * stays m turns away, which makes the map a bijection of the real numbers too. It preserves volume: logDet is 0.
 *
 * @see Rezende et al. 2020, Normalizing Flows on Tori and Spheres, section 2.1, https://arxiv.org/abs/2002.02428
 */
import { expectRows } from "../../value.ts";
import type { Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";
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
};

/** [y, t] -> [y - t on the circle]. */
export const circularShiftDecode: OpDef<CircularShiftAttrs> = {
  name: "circularShiftDecode",
  infer: (inputs, attrs) => infer("circularShiftDecode", inputs, attrs),
  vjp: ({ b, attrs: { variables }, cotangents: [g] }) =>
    g === undefined ? [] : [g, b.emitOne(negateRows, [g], { variables })],
  inPlace: [[0, 0]],
};
