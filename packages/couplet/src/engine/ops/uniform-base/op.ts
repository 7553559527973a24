/** The uniform base on [-B, B]^n: log p = -n log(2B) inside, -infinity outside. Its gradient is 0. */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type UniformAttrs = {
  readonly variables: number;
  /** B. */
  readonly bound: number;
};

/** [z] -> [log p]. NaN stays NaN. */
export const uniformLogProb: OpDef<UniformAttrs> = {
  name: "uniformLogProb",
  infer([z], { variables }) {
    expectRows("uniformLogProb", "z", z, variables);
    return [{ kind: "perRow" }];
  },
  vjp: () => [],
};
