import { noise } from "../../../engine/ops/noise/op.ts";
import { uniformLogProb } from "../../../engine/ops/uniform-base/op.ts";
import { colsOf } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { positive } from "../fields.ts";
import { declarePart } from "../part.ts";
import type { BaseFactory } from "./base-part.ts";

/** Uniform on [-bound, bound]; outside the density is 0. */
export interface UniformBase {
  readonly kind: "uniform";
  readonly bound: number;
}

/** Options of {@link uniform}. */
export interface UniformOptions {
  /** Half the width. Default 3. */
  readonly bound?: number;
}

/** Uniform base on [-bound, bound]. */
export const uniform: BaseFactory<UniformBase, [options?: UniformOptions]> = declarePart(
  {
    kind: "uniform",
    fields: { bound: positive },
    describe: ({ bound }) => `uniform on +-${bound}`,
    logProb(b, { bound }, z) {
      return b.emitOne(uniformLogProb, [z], { variables: colsOf(z), bound });
    },
    sample: (b, { bound }, variables, temperature) =>
      b.emitOne(noise, [temperature], {
        variables,
        kind: "uniform",
        bound,
        df: 0,
        learnedDf: false,
      }),
    bound: ({ bound }) => bound,
    standardNormal: () => "never",
    lightTails: () => true,
  },
  (options = {}) => {
    checkOptions("uniform", options, { bound: 0 });
    return { kind: "uniform", bound: options.bound ?? 3 };
  },
);
