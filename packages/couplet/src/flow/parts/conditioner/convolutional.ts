import { dropout } from "../../../engine/build.ts";
import { convolution } from "../../../engine/build-more.ts";
import { checkOptions } from "../../../options.ts";
import { count, probability } from "../fields.ts";
import * as v from "valibot";
import { imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { ConditionerFactory } from "./conditioner-part.ts";
import { ACTIVATIONS } from "./network.ts";
import type { ActivationKind } from "./network.ts";

/** Glow's network: 3 x 3, 1 x 1, and the coupling's own 3 x 3 of zeros. */
export interface ConvolutionalConditioner {
  readonly kind: "convolutional";
  readonly width: number;
  readonly activation: ActivationKind;
  readonly dropout: number;
}

/** Options of {@link convolutional}. */
export interface ConvolutionalOptions {
  /** Channels of the hidden layers. Default 64. */
  readonly width?: number;
  /** Default relu. */
  readonly activation?: ActivationKind;
  /** Probability of dropping a hidden value in training. Default 0. */
  readonly dropout?: number;
}

/**
 * The three-layer network of Glow (Kingma & Dhariwal 2018, section 4) for couplings of images: a convolution of 3 x 3, one of 1 x 1, both
 * activated; the coupling adds the last one, 3 x 3 with weights zero. Reaches two pixels away.
 */
export const convolutional: ConditionerFactory<
  ConvolutionalConditioner,
  [options?: ConvolutionalOptions]
> = declarePart(
  {
    kind: "convolutional",
    fields: {
      width: count(1, 65_536),
      activation: v.picklist(ACTIVATIONS),
      dropout: probability,
    },
    problems: (_spec, place) => imageProblems(place, "a convolutional network"),
    describe: ({ width, activation }) => `convolutions 3 x 3, 1 x 1 of ${width} ${activation}`,
    takesGrid: () => true,
    radius: () => 1,
    build(b, input, { width, activation, dropout: rate }, { grid }) {
      const [height, across] = grid!;
      const first = b.within("hidden0", () =>
        convolution(b, input, { grid: grid!, outputs: width, activation }),
      );
      const second = b.within("hidden1", () =>
        convolution(b, first, {
          grid: [height, across, width],
          outputs: width,
          size: 1,
          activation,
        }),
      );
      return dropout(b, second, rate);
    },
  },
  (options = {}) => {
    checkOptions("convolutional", options, { width: 0, activation: ACTIVATIONS, dropout: 0 });
    const { width = 64, activation = "relu", dropout: rate = 0 } = options;
    return { kind: "convolutional", width, activation, dropout: rate };
  },
);
