/** The flow that a table gets when its user does not choose one. */
import { gaussian } from "../../flow/parts/base/index.ts";
import { flowSize } from "../../flow/presets/size.ts";
import { splineLayers } from "../../flow/presets/spline-layers.ts";
import { parseSpec } from "../../flow/spec/parse.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";

/** What the size of a flow depends on. */
export interface TableSize {
  /** Training rows. */
  readonly rows: number;
  /** Variables per row. */
  readonly dims: number;
  /** Variables of the context. */
  readonly context: number;
}

/**
 * Rational-quadratic couplings with LU-linear maps between, sized by the data (`flowSize`): wider with more rows,
 * with dropout where rows are few. With a context the first and the last step are affine.
 *
 * The tails of the latent variables are those of the base outside the splines' box, so the box covers
 * what the encoders' standard normal marginals fill: all but one in 2,000 values.
 */
export function defaultFlow({ rows, dims, context }: TableSize): FlowSpec {
  const { couplings, width, bins, dropout } = flowSize({ dims, context, rows });
  return parseSpec({
    version: 1,
    dims,
    context,
    base: gaussian(),
    layers: splineLayers({
      dims,
      context,
      couplings,
      bins,
      bound: 3.5,
      least: 1e-2,
      width,
      dropout,
      blocks: 2,
    }),
  });
}
