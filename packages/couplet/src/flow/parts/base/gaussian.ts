import * as v from "valibot";
import { gaussianLogProb } from "../../../engine/ops/gaussian-base/op.ts";
import { learnedGaussianLogProb } from "../../../engine/ops/learned-gaussian-base/op.ts";
import { noise } from "../../../engine/ops/noise/op.ts";
import { colsOf } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { declarePart } from "../part.ts";
import type { BaseFactory } from "./base-part.ts";
import { locationAndScale } from "./location-scale.ts";

/** Standard normal; with `learned`, location and scale per variable are parameters. */
export interface GaussianBase {
  readonly kind: "gaussian";
  readonly learned: boolean;
}

/** Options of {@link gaussian}. */
export interface GaussianOptions {
  /** Default false. */
  readonly learned?: boolean;
}

/** Normal base, standard unless `learned`. */
export const gaussian: BaseFactory<GaussianBase, [options?: GaussianOptions]> = declarePart(
  {
    kind: "gaussian",
    fields: { learned: v.boolean() },
    describe: ({ learned }) =>
      learned ? "Gaussian with learned location and scale" : "standard Gaussian",
    logProb(b, { learned }, z) {
      const variables = colsOf(z);
      return learned
        ? b.emitOne(learnedGaussianLogProb, [z, ...locationAndScale(b, variables)], { variables })
        : b.emitOne(gaussianLogProb, [z], { variables });
    },
    sample: (b, { learned }, variables, temperature) =>
      b.emitOne(noise, [temperature, ...(learned ? locationAndScale(b, variables) : [])], {
        variables,
        kind: "gaussian",
        bound: 0,
        df: 0,
        learnedDf: false,
      }),
    bound: () => undefined,
    standardNormal: ({ learned }) => (learned ? "untrained" : "always"),
    lightTails: () => true,
  },
  (options = {}) => {
    checkOptions("gaussian", options, { learned: false });
    return { kind: "gaussian", learned: options.learned ?? false };
  },
);
