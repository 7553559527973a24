/** A benchmark model as a couplet spec. */

import * as couplet from "couplet";

/** `specOf` with the parts of a spec from `library`, which may be another version. */
export const specWith =
  (library) =>
  ({ dims, couplings, transform, bins, bound, linear, conditioner }) => {
    const { affine, coupling, half, lu, mlp, permutation, rationalQuadratic } = library;
    const net =
      conditioner.kind === "mlp"
        ? mlp({ width: conditioner.width, depth: conditioner.depth })
        : library.residualMlp({ width: conditioner.width, blocks: conditioner.blocks });
    return library.flow({
      dims,
      layers: library.repeat(couplings, (i) => [
        ...(linear === "lu" ? [permutation({ random: i + 1 }), lu()] : []),
        coupling({
          mask: half(i % 2 === 1),
          transform: transform === "affine" ? affine() : rationalQuadratic({ bins, bound }),
          conditioner: net,
        }),
      ]),
    });
  };

export const specOf = specWith(couplet);
