/** The layers of a neural spline flow whose variables have domains. */
import { coupling } from "../parts/layer/index.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import { residualMlp } from "../parts/conditioner/index.ts";
import { alternating, random } from "../parts/mask/index.ts";
import { byDomain } from "../parts/transform/index.ts";
import { repeat } from "../spec/flow.ts";

/**
 * Couplings by domain. Variables stay at their places, so that masks do the mixing: every other variable, and its complement,
 * then random halves.
 */
export function domainLayers({
  dims,
  couplings,
  bins,
  bound,
  width,
  blocks,
  dropout,
}: {
  readonly dims: number;
  readonly couplings: number;
  readonly bins: number;
  readonly bound: number;
  readonly width: number;
  readonly blocks: number;
  readonly dropout: number;
}): LayerSpec[] {
  return repeat(couplings, (i) =>
    coupling({
      mask: i < 2 || dims < 4 ? alternating(i) : random(i),
      transform: byDomain({ bins, bound }),
      conditioner: residualMlp({ width, blocks, activation: "silu", dropout }),
    }),
  );
}
