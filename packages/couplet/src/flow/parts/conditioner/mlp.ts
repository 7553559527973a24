import * as v from "valibot";
import { dense, dropout, layerNorm } from "../../../engine/build.ts";
import { CoupletError } from "../../../error.ts";
import { checkOptions } from "../../../options.ts";
import { checkInteger } from "../../../check-integer.ts";
import { count } from "../fields.ts";
import { declarePart } from "../part.ts";
import type { ConditionerFactory } from "./conditioner-part.ts";
import { networkFields, networkOptionNames, networkSpec } from "./network.ts";
import type { NetworkOptions, NetworkSpec } from "./network.ts";

/** A multi-layer perceptron. */
export interface MlpConditioner extends NetworkSpec {
  readonly kind: "mlp";
  /** Widths of the hidden layers; none for a linear conditioner. */
  readonly widths: readonly number[];
}

/** Options of {@link mlp}. */
export interface MlpOptions extends NetworkOptions {
  /** Of each hidden layer. Default 64. */
  readonly width?: number;
  /** Hidden layers; 0 makes the conditioner linear, and the coupling's last layer is all of it. Default 2. */
  readonly depth?: number;
  /** In place of width and depth. */
  readonly widths?: readonly number[];
}

/**
 * A multi-layer perceptron: `depth` hidden layers of `width`, or hidden layers of `widths`, each linear, normalised if
 * wanted, activated, and thinned out in training.
 */
export const mlp: ConditionerFactory<MlpConditioner, [options?: MlpOptions]> = declarePart(
  {
    kind: "mlp",
    fields: { widths: v.array(count(1, 65_536)), ...networkFields },
    describe: ({ widths, activation }) =>
      widths.length === 0 ? "a linear map" : `MLP ${widths.join(" x ")} ${activation}`,
    build(b, input, spec) {
      let h = input;
      for (const [i, width] of spec.widths.entries()) {
        h = b.within(`hidden${i}`, () => {
          const out = dense(b, h, { outputs: width, activation: spec.activation });
          return dropout(b, spec.layerNorm ? layerNorm(b, out) : out, spec.dropout);
        });
      }
      return h;
    },
  },
  (options = {}) => {
    checkOptions("mlp", options, { ...networkOptionNames, width: 0, depth: 0, widths: true });
    if (options.widths !== undefined && (options.width ?? options.depth) !== undefined) {
      throw new CoupletError({
        code: "USAGE",
        where: "mlp",
        expected: "either widths, or width and depth",
        received: "both",
      });
    }
    if (options.depth !== undefined) checkInteger("mlp: depth", options.depth, 0);
    const widths =
      options.widths ?? Array.from({ length: options.depth ?? 2 }, () => options.width ?? 64);
    return { kind: "mlp", widths: [...widths], ...networkSpec(options) };
  },
);
