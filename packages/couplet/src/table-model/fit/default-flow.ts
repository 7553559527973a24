/** The flow that a table gets when its user says nothing. */
import { gaussian } from "../../flow/parts/base/index.ts";
import { coupling, lu, permutation } from "../../flow/parts/layer/index.ts";
import { rationalQuadratic } from "../../flow/parts/transform/index.ts";
import { repeat } from "../../flow/spec/flow.ts";
import { residualMlp } from "../../flow/parts/conditioner/index.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type { LayerSpec } from "../../flow/parts/layer/layer.ts";
import { parseSpec } from "../../flow/spec/parse.ts";

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
 * Rational-quadratic couplings with LU-linear maps between, sized by the data: wider with more rows,
 * with dropout where rows are few.
 *
 * The tails of the latent variables are those of the base outside the splines' box, so the box covers
 * what the encoders' standard normal marginals fill: all but one in 2,000 values.
 */
export function defaultFlow({ rows, dims, context }: TableSize): FlowSpec {
  const size = rows < 1_000 ? small : rows < 10_000 ? medium : large;
  const conditioner = residualMlp({ width: size.width, blocks: 2, dropout: size.dropout });
  const transform = rationalQuadratic({
    bins: size.bins,
    bound: 3.5,
    minBin: 1e-2,
    minDerivative: 1e-2,
  });
  const mix = (i: number): LayerSpec[] =>
    dims === 1 ? [] : [permutation({ random: i + 1 }), lu()];
  const couplings = dims === 1 ? 2 : size.couplings;
  return parseSpec({
    version: 1,
    dims,
    context,
    base: gaussian(),
    layers: [
      ...repeat(couplings, (i) => [
        ...mix(i),
        coupling({
          mask: { kind: "alternating", parity: i % 2 === 0 ? 0 : 1 },
          transform,
          conditioner,
        }),
      ]),
      ...mix(couplings),
    ],
  });
}

const small = { width: 32, couplings: 4, bins: 6, dropout: 0.2 } as const;
const medium = { width: 64, couplings: 6, bins: 8, dropout: 0.1 } as const;
const large = { width: 128, couplings: 6, bins: 8, dropout: 0.05 } as const;
