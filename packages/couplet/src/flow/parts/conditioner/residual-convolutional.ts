import { activate, dropout, layerNorm, sum } from "../../../engine/build.ts";
import { convolution } from "../../../engine/build-more.ts";
import { checkOptions } from "../../../options.ts";
import type { OptionNames } from "../../../options.ts";
import { count } from "../fields.ts";
import { imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { ConditionerFactory } from "./conditioner-part.ts";
import { networkFields, networkOptionNames, networkSpec } from "./network.ts";
import type { NetworkOptions, NetworkSpec } from "./network.ts";

/** Pre-activation residual blocks of two convolutions. */
export interface ResidualConvolutionalConditioner extends NetworkSpec {
  readonly kind: "residualConvolutional";
  readonly width: number;
  readonly blocks: number;
}

/** Options of the residual networks of images. Layer norm is over the channels of each pixel. */
export interface ImageNetworkOptions extends NetworkOptions {
  /** Channels. Default 32. */
  readonly width?: number;
  /** Default 2. */
  readonly blocks?: number;
}

/** Names of {@link ImageNetworkOptions}. */
export const imageNetworkOptionNames: OptionNames<ImageNetworkOptions> = {
  ...networkOptionNames,
  width: 0,
  blocks: 0,
};

/**
 * A 1 x 1 convolution, then blocks h + K2 drop(act(K1 act(h))) with K1, K2 of 3 x 3 (He et al. 2016, full pre-activation; for couplings
 * as in Durkan et al. 2019, appendix B.2). Reaches two pixels further with each block.
 */
export const residualConvolutional: ConditionerFactory<
  ResidualConvolutionalConditioner,
  [options?: ImageNetworkOptions]
> = declarePart(
  {
    kind: "residualConvolutional",
    fields: { width: count(1, 65_536), blocks: count(0, 1_000), ...networkFields },
    problems: (_spec, place) => imageProblems(place, "a convolutional network"),
    describe: ({ blocks, width, activation }) =>
      `residual convolutions, ${blocks} blocks of ${width} ${activation}`,
    takesGrid: () => true,
    radius: ({ blocks }) => 2 * blocks,
    build(b, input, spec, { grid }) {
      const { width, activation } = spec;
      const [height, across] = grid!;
      const inner = [height, across, width] as const;
      let h = b.within("input", () =>
        convolution(b, input, { grid: grid!, outputs: width, size: 1 }),
      );
      for (let i = 0; i < spec.blocks; i++) {
        h = b.within(`block${i}`, () => {
          const start = activate(b, spec.layerNorm ? layerNorm(b, h, inner) : h, activation);
          const first = b.within("first", () =>
            convolution(b, start, { grid: inner, outputs: width, activation }),
          );
          const branch = b.within("second", () =>
            convolution(b, dropout(b, first, spec.dropout), { grid: inner, outputs: width }),
          );
          return sum(b, branch, h);
        });
      }
      return activate(b, h, activation);
    },
  },
  (options = {}) => {
    checkOptions("residualConvolutional", options, imageNetworkOptionNames);
    const { width = 32, blocks = 2 } = options;
    return { kind: "residualConvolutional", width, blocks, ...networkSpec(options) };
  },
);
