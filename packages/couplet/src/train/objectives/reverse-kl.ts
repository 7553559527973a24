/** Reverse KL, KL(q || p) for a target p = exp(-u) / Z, as a sum over rows whose energies are known from outside. */
import { multiply } from "../../engine/ops/elementwise/op.ts";
import { sumColumns } from "../../engine/ops/sum-columns/op.ts";
import { scalePerRow, sumPerRow } from "../../engine/ops/sum-per-row/op.ts";
import { decodeFlow, logDensity } from "../../flow/lower.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type { Objective } from "../objective.ts";

/**
 * The path gradient of reverse KL (Roeder et al. 2017, Sticking the landing, eq. 6), mixed with forward KL on data.
 *
 * Feeds: `latent`, draws z of the base; `force`, the gradient d (log q + u) / dx at x = decode(z), held fixed; with a context
 * `latentContext`. With a share of data `rows` too, and their `context`. The loss of a row,
 *
 *     (1 - dataShare) force . decode(z) - dataShare log q(row),
 *
 * has the gradient of the mixed objective; its first term is linear in decode and not the value of the KL.
 *
 * @param dataShare from 0 to 1, exclusive of 1
 */
export function reverseKl(dataShare: number): Objective<FlowSpec> {
  const withData = dataShare > 0;
  return {
    name: "reverseKl",
    feeds: ({ dims, context }) => ({
      latent: dims,
      force: dims,
      ...(context === 0 ? {} : { latentContext: context }),
      ...(withData ? { rows: dims } : {}),
      ...(withData && context !== 0 ? { context } : {}),
    }),
    loss(b, spec, { latent, force, latentContext, rows, context }) {
      const { x } = decodeFlow(b, spec, latent!, latentContext, { logDet: false });
      const work = b.emitOne(sumColumns, [b.emitOne(multiply, [x, force!], {})], {});
      if (!withData) return work;
      return b.emitOne(
        sumPerRow,
        [
          b.emitOne(scalePerRow, [work], { factor: 1 - dataShare }),
          b.emitOne(scalePerRow, [logDensity(b, spec, rows!, context)], { factor: -dataShare }),
        ],
        {},
      );
    },
  };
}
