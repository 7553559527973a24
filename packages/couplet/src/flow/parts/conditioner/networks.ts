/** The two conditioners that come with the library. */
import { colsOf } from "../../../engine/value.ts";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { add } from "../../../engine/ops/add/op.ts";
import { activate, dense, dropout, layerNorm } from "../../../engine/build.ts";
import type { ConditionerSpec } from "../../spec/types.ts";

type Mlp = Extract<ConditionerSpec, { kind: "mlp" }>;
type ResidualMlp = Extract<ConditionerSpec, { kind: "residualMlp" }>;

/** Hidden layers, each linear, normalised if wanted, activated, and thinned out in training. */
export function buildMlp(b: GraphBuilder, input: Value, spec: Mlp): Value {
  let h = input;
  for (const [i, width] of spec.widths.entries()) {
    h = b.within(`hidden${i}`, () => {
      const out = dense(b, h, { outputs: width, activation: spec.activation });
      return dropout(b, spec.layerNorm ? layerNorm(b, out) : out, spec.dropout);
    });
  }
  return h;
}

/**
 * A linear layer, then blocks h + W2 drop(act(W1 act(h))) (He et al. 2016, full pre-activation; as
 * in Durkan et al. 2019), and a last activation in front of the coupling's own layer.
 */
export function buildResidualMlp(b: GraphBuilder, input: Value, spec: ResidualMlp): Value {
  const { width, activation } = spec;
  let h = b.within("input", () => dense(b, input, { outputs: width, activation: "none" }));
  for (let i = 0; i < spec.blocks; i++) {
    h = b.within(`block${i}`, () => {
      const start = activate(b, spec.layerNorm ? layerNorm(b, h) : h, activation);
      const inner = b.within("first", () => dense(b, start, { outputs: width, activation }));
      const branch = b.within("second", () =>
        dense(b, dropout(b, inner, spec.dropout), { outputs: colsOf(h), activation: "none" }),
      );
      return b.emit1(add, [branch, h], {});
    });
  }
  return h;
}
