/** A benchmark model as a couplet spec. */

import * as couplet from "couplet";

/**
 * A flow of images: the layers of Glow and of Neural Spline Flows at each scale (ActNorm, invertible convolution, coupling of channels),
 * between scales half the channels leave without a prior, and affine scales are bounded by a sigmoid, as the peers have it.
 */
function imageSpec(library, { shape, scales, steps, transform, bins, bound, conditioner }) {
  const { kind, width, blocks } = conditioner;
  const transformSpec =
    transform === "affine"
      ? library.affine({ scale: "sigmoid" })
      : library.rationalQuadratic({ bins, bound });
  return library.flow({
    shape,
    layers: [
      library.dequantise(),
      ...library.repeat(scales, (scale) => [
        library.squeeze(),
        ...library.repeat(steps, (k) => [
          library.channelActNorm(),
          library.invertibleConvolution({ seed: scale * steps + k }),
          library.coupling({
            mask: library.channel(),
            transform: transformSpec,
            conditioner:
              kind === "convolutional"
                ? library.convolutional({ width: Math.round(width * (1 + scale / 2)) })
                : library.residualConvolutional({ width, blocks }),
          }),
        ]),
        ...(scale < scales - 1 ? [library.factorOut({ conditioner: null })] : []),
      ]),
    ],
  });
}

/** `specOf` with the parts of a spec from `library`, which may be another version. */
export const specWith = (library) => (model) =>
  model.shape === undefined ? rowSpec(library, model) : imageSpec(library, model);

function rowSpec(library, { dims, couplings, transform, bins, bound, linear, conditioner }) {
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
}

export const specOf = specWith(couplet);
