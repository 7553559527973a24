/**
 * Additive coupling (NICE): y = x + t. Volume-preserving, so there is no logDet.
 *
 * @see Dinh et al. 2014, eq. 9, https://arxiv.org/abs/1410.8516
 */
import { expectRows } from "../../value.ts";
import type { Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type AdditiveAttrs = { readonly variables: number };

function infer(
  op: string,
  [x, t]: readonly (Shape | undefined)[],
  { variables }: AdditiveAttrs,
): Shape[] {
  expectRows(op, "x", x, variables);
  expectRows(op, "shift", t, variables);
  return [{ kind: "rows", cols: variables }];
}

/** [x, t] -> [x + t]. */
export const additiveEncode: OpDef<AdditiveAttrs> = {
  name: "additiveEncode",
  infer: (inputs, attrs) => infer("additiveEncode", inputs, attrs),
  vjp: ({ cotangents: [g] }) => [g, g],
  bijection: {
    input: 0,
    output: 0,
    decode: (b, [, t], y, attrs) => b.emitOne(additiveDecode, [y, t!], attrs),
  },
  inPlace: [[0, 0]],
};

/** [y, t] -> [y - t]. */
export const additiveDecode: OpDef<AdditiveAttrs> = {
  name: "additiveDecode",
  infer: (inputs, attrs) => infer("additiveDecode", inputs, attrs),
  vjp: ({ b, attrs, cotangents: [g] }) =>
    g === undefined ? [] : [g, b.emitOne(negateRows, [g], attrs)],
  inPlace: [[0, 0]],
};

/** [g] -> [-g]: the cotangent of a decoded shift. */
export const negateRows: OpDef<AdditiveAttrs> = {
  name: "negateRows",
  infer([g], { variables }) {
    expectRows("negateRows", "g", g, variables);
    return [{ kind: "rows", cols: variables }];
  },
  inPlace: [[0, 0]],
};
