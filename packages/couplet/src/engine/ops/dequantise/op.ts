/**
 * Integers x and noise u in (0, 1) to the numbers that a flow takes, v = scale (x + u) + offset with logDet = n log scale, and back:
 * x = floor((v - offset) / scale), within 0 and `most`.
 */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { scale as scaleOp } from "../elementwise/op.ts";

export type DequantiseAttrs = {
  readonly variables: number;
  readonly scale: number;
  readonly offset: number;
};

/** [x, u] -> [v, logDet]. */
export const dequantise: OpDef<DequantiseAttrs> = {
  name: "dequantise",
  infer([x, u], { variables }) {
    expectRows("dequantise", "x", x, variables);
    expectRows("dequantise", "u", u, variables);
    return [{ kind: "rows", cols: variables }, { kind: "perRow" }];
  },
  vjp({ b, attrs: { scale }, cotangents: [g], needs }) {
    if (g === undefined) return [];
    const gradient = b.emitOne(scaleOp, [g], { factor: scale });
    return [needs[0] ? gradient : undefined, needs[1] ? gradient : undefined];
  },
  inPlace: [[0, 1]],
};

/** [v] -> [x]. Its gradient is 0. NaN stays NaN. */
export const quantise: OpDef<DequantiseAttrs & { readonly most: number }> = {
  name: "quantise",
  infer([v], { variables }) {
    expectRows("quantise", "v", v, variables);
    return [{ kind: "rows", cols: variables }];
  },
  vjp: () => [],
  inPlace: [[0, 0]],
};
