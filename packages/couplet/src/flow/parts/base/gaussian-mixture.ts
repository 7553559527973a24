import type { GraphBuilder } from "../../../engine/graph.ts";
import {
  gaussianMixtureLogProb,
  gaussianMixtureNoise,
} from "../../../engine/ops/gaussian-mixture-base/op.ts";
import { colsOf } from "../../../engine/value.ts";
import type { Value } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { count } from "../fields.ts";
import { declarePart } from "../part.ts";
import type { BaseFactory } from "./base-part.ts";

/** A mixture of `components` normal distributions with diagonal covariances; weights, locations and scales are learned. */
export interface GaussianMixtureBase {
  readonly kind: "gaussianMixture";
  readonly components: number;
}

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions {
  /** K, from 1 to 1,000. Default 4. */
  readonly components?: number;
}

/**
 * A mixture of normal distributions over all variables jointly, for data in clumps: p(z) = sum_k w_k prod_j N(z_j; m_kj, s_kj^2).
 * Weights start equal, scales at 1, locations at random, so that no two components are the same (Stimper et al. 2022, Resampling
 * Base Distributions, compare such bases).
 */
export const gaussianMixture: BaseFactory<GaussianMixtureBase, [options?: GaussianMixtureOptions]> =
  declarePart(
    {
      kind: "gaussianMixture",
      fields: { components: count(1, 1_000) },
      describe: ({ components }) => `mixture of ${components} Gaussians`,
      logProb(b, { components }, z) {
        const variables = colsOf(z);
        const attrs = { variables, components };
        return b.emitOne(
          gaussianMixtureLogProb,
          [z, ...parameters(b, components, variables)],
          attrs,
        );
      },
      sample: (b, { components }, variables, temperature) =>
        b.emitOne(gaussianMixtureNoise, [temperature, ...parameters(b, components, variables)], {
          variables,
          components,
        }),
      bound: () => undefined,
      standardNormal: () => "never",
      lightTails: () => true,
    },
    (options = {}) => {
      checkOptions("gaussianMixture", options, { components: 0 });
      return { kind: "gaussianMixture", components: options.components ?? 4 };
    },
  );

/** Logits of the weights, locations and log-scales. */
function parameters(b: GraphBuilder, components: number, variables: number): Value[] {
  const zeros = { kind: "zeros" } as const;
  return [
    b.parameter("logits", 1, components, { init: zeros, decay: false }),
    b.parameter("location", components, variables, { init: { kind: "he" }, decay: false }),
    b.parameter("logScale", components, variables, { init: zeros, decay: false }),
  ];
}
