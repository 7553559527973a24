import { activate, dropout, layerNorm, sum } from "../../../engine/build.ts";
import { convolution, gated } from "../../../engine/build-more.ts";
import { checkOptions } from "../../../options.ts";
import { count } from "../fields.ts";
import { imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { ConditionerFactory } from "./conditioner-part.ts";
import { networkFields, networkSpec } from "./network.ts";
import type { NetworkSpec } from "./network.ts";
import { imageNetworkOptionNames } from "./residual-convolutional.ts";
import type { ImageNetworkOptions } from "./residual-convolutional.ts";

/** Gated residual blocks with channel layer norm. */
export interface GatedConvolutionalConditioner extends NetworkSpec {
  readonly kind: "gatedConvolutional";
  readonly width: number;
  readonly blocks: number;
}

/**
 * A 3 x 3 convolution, then blocks h + (V a) sigmoid(G a), a = act(K act(h)), with K of 3 x 3 and V, G of 1 x 1, each followed by layer norm
 * over channels unless `layerNorm` is false (the gated network of Ho et al. 2019 without attention). Reaches a pixel further with each
 * block.
 */
export const gatedConvolutional: ConditionerFactory<
  GatedConvolutionalConditioner,
  [options?: ImageNetworkOptions]
> = declarePart(
  {
    kind: "gatedConvolutional",
    fields: { width: count(1, 65_536), blocks: count(0, 1_000), ...networkFields },
    problems: (_spec, place) => imageProblems(place, "a convolutional network"),
    describe: ({ blocks, width, activation }) =>
      `gated convolutions, ${blocks} blocks of ${width} ${activation}`,
    takesGrid: () => true,
    radius: ({ blocks }) => 1 + blocks,
    build(b, input, spec, { grid }) {
      const { width, activation } = spec;
      const [height, across] = grid!;
      const inner = [height, across, width] as const;
      let h = b.within("input", () => convolution(b, input, { grid: grid!, outputs: width }));
      for (let i = 0; i < spec.blocks; i++) {
        h = b.within(`block${i}`, () => {
          const a = b.within("first", () =>
            convolution(b, activate(b, h, activation), { grid: inner, outputs: width, activation }),
          );
          const thinned = dropout(b, a, spec.dropout);
          const branch = (name: string) =>
            b.within(name, () => convolution(b, thinned, { grid: inner, outputs: width, size: 1 }));
          const out = sum(b, gated(b, branch("value"), branch("gate")), h);
          return spec.layerNorm ? layerNorm(b, out, inner) : out;
        });
      }
      return activate(b, h, activation);
    },
  },
  (options = {}) => {
    checkOptions("gatedConvolutional", options, imageNetworkOptionNames);
    const { width = 32, blocks = 2 } = options;
    const network = networkSpec({ layerNorm: true, ...options });
    return { kind: "gatedConvolutional", width, blocks, ...network };
  },
);
