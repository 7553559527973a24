/** The standard normal base: log p = -|z|^2 / 2 - n log(2 pi) / 2, one number per row, in nats. */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** log(2 pi) / 2. */
export const HALF_LOG_TWO_PI: number = Math.log(2 * Math.PI) / 2;

export type GaussianAttrs = { readonly variables: number };

/** [z] -> [log p]. */
export const gaussianLogProb: OpDef<GaussianAttrs> = {
  name: "gaussianLogProb",
  infer([z], { variables }) {
    expectRows("gaussianLogProb", "z", z, variables);
    return [{ kind: "perRow" }];
  },
  vjp({ b, inputs: [z], attrs, cotangents: [g] }) {
    return g === undefined ? [] : b.emit(gaussianLogProbVjp, [z!, g], attrs);
  },
};

/** [z, g] -> [gz]. */
export const gaussianLogProbVjp: OpDef<GaussianAttrs> = {
  name: "gaussianLogProbVjp",
  infer([z], { variables }) {
    expectRows("gaussianLogProbVjp", "z", z, variables);
    return [{ kind: "rows", cols: variables }];
  },
  inPlace: [[0, 0]],
};
