/** A benchmark model as a couplet spec. */

import {
  affine,
  coupling,
  flow,
  half,
  lu,
  mlp,
  permutation,
  rationalQuadratic,
  repeat,
  residualMlp,
} from "couplet";

export function specOf({ dims, couplings, transform, bins, bound, linear, conditioner }) {
  const net =
    conditioner.kind === "mlp"
      ? mlp({ width: conditioner.width, depth: conditioner.depth })
      : residualMlp({ width: conditioner.width, blocks: conditioner.blocks });
  return flow({
    dims,
    layers: repeat(couplings, (i) => [
      ...(linear === "lu" ? [permutation({ random: i + 1 }), lu()] : []),
      coupling({
        mask: half(i % 2 === 1),
        transform: transform === "affine" ? affine() : rationalQuadratic({ bins, bound }),
        conditioner: net,
      }),
    ]),
  });
}
