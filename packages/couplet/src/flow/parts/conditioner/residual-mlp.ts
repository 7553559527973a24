import { activate, dense, dropout, layerNorm } from "../../../engine/build.ts";
import { add } from "../../../engine/ops/add/op.ts";
import { colsOf } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { count } from "../fields.ts";
import { declarePart } from "../part.ts";
import type { ConditionerFactory } from "./conditioner-part.ts";
import { networkFields, networkOptionNames, networkSpec } from "./network.ts";
import type { NetworkOptions, NetworkSpec } from "./network.ts";

/** Pre-activation residual blocks of one width. */
export interface ResidualMlpConditioner extends NetworkSpec {
  readonly kind: "residualMlp";
  readonly width: number;
  /** Blocks h + W2 act(W1 act(h)), pre-activation. */
  readonly blocks: number;
}

/** Options of {@link residualMlp}. */
export interface ResidualMlpOptions extends NetworkOptions {
  /** Default 64. */
  readonly width?: number;
  /** Default 2. */
  readonly blocks?: number;
}

/**
 * A linear layer, then blocks h + W2 drop(act(W1 act(h))) of one width (He et al. 2016, full pre-activation; as in
 * Durkan et al. 2019).
 */
export const residualMlp: ConditionerFactory<
  ResidualMlpConditioner,
  [options?: ResidualMlpOptions]
> = declarePart(
  {
    kind: "residualMlp",
    fields: { width: count(1, 65_536), blocks: count(0, 1_000), ...networkFields },
    describe: ({ blocks, width, activation }) =>
      `residual MLP, ${blocks} blocks of ${width} ${activation}`,
    build(b, input, spec) {
      const { width, activation } = spec;
      let h = b.within("input", () => dense(b, input, { outputs: width, activation: "none" }));
      for (let i = 0; i < spec.blocks; i++) {
        h = b.within(`block${i}`, () => {
          const start = activate(b, spec.layerNorm ? layerNorm(b, h) : h, activation);
          const inner = b.within("first", () => dense(b, start, { outputs: width, activation }));
          const branch = b.within("second", () =>
            dense(b, dropout(b, inner, spec.dropout), { outputs: colsOf(h), activation: "none" }),
          );
          return b.emitOne(add, [branch, h], {});
        });
      }
      return h;
    },
  },
  (options = {}) => {
    checkOptions("residualMlp", options, { ...networkOptionNames, width: 0, blocks: 0 });
    const { width = 64, blocks = 2 } = options;
    return { kind: "residualMlp", width, blocks, ...networkSpec(options) };
  },
);
