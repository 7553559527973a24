/** Flows of images that are known to work. */
import { checkInteger } from "../check-integer.ts";
import { requireOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import {
  convolutional,
  gatedConvolutional,
  residualConvolutional,
} from "../flow/parts/conditioner/index.ts";
import type { ConditionerSpec } from "../flow/parts/conditioner/conditioner.ts";
import {
  channelActNorm,
  coupling,
  dequantise,
  factorOut,
  invertibleConvolution,
  squeeze,
} from "../flow/parts/layer/index.ts";
import type { LayerSpec } from "../flow/parts/layer/layer.ts";
import { channel, checkerboard } from "../flow/parts/mask/index.ts";
import { flow, repeat } from "../flow/spec/flow.ts";
import type { FlowSpec } from "../flow/spec/types.ts";

/** What the presets of images take. */
export interface ImageFlowOptions {
  /** Height, width, channels. Both sides have to divide by 2 once a level. */
  readonly shape: readonly number[];
  /** Variables of the context, for p(image | context). Default 0. */
  readonly context?: number;
  /** Values of a pixel: 256 for bytes. Default 256. */
  readonly levels?: number;
  /** `"uniform"` noise, or `"variational"` noise of a flow of four couplings. Default uniform. */
  readonly noise?: "uniform" | "variational";
  /** Takes the logit of a + (1 - 2a) v / levels first. Default 0: none. */
  readonly logit?: number;
  /** Scales: how often pixels are squeezed. Default 2. */
  readonly scales?: number;
  /** Channels of the networks. Default 64. */
  readonly width?: number;
}

/** Names of {@link ImageFlowOptions}. */
export const imageOptionNames: OptionNames<ImageFlowOptions> = {
  shape: true,
  context: 0,
  levels: 0,
  noise: ["uniform", "variational"],
  logit: 0,
  scales: 0,
  width: 0,
};

/** Options of {@link glow}. */
export interface GlowOptions extends ImageFlowOptions {
  /** Steps of flow a scale. Default 8. */
  readonly steps?: number;
}

/**
 * Glow (Kingma & Dhariwal 2018): at each scale a squeeze, then steps of ActNorm, invertible 1 x 1 convolution and an affine coupling of
 * channels by a network of three layers; between scales half the channels leave, with a learned prior. Networks of lower scales are
 * wider: width, 3/2 width, 2 width and so on.
 */
export function glow(options: GlowOptions): FlowSpec {
  requireOptions("glow", options, { ...imageOptionNames, steps: 0 });
  const { steps = 8, scales = 2, width = 64 } = options;
  checkInteger("glow: steps", steps, 1);
  checkInteger("glow: scales", scales, 1);
  return flowOf(options, [
    ...repeat(scales, (scale) => [
      squeeze(),
      ...repeat(steps, (k) => [
        channelActNorm(),
        invertibleConvolution({ seed: scale * steps + k }),
        coupling({
          mask: channel(),
          conditioner: convolutional({ width: Math.round(width * (1 + scale / 2)) }),
        }),
      ]),
      ...(scale < scales - 1 ? [factorOut()] : []),
    ]),
    channelActNorm(),
  ]);
}

/** Options of {@link realNvpImage}. */
export interface RealNvpImageOptions extends ImageFlowOptions {
  /** Residual blocks of each network. Default 2. */
  readonly blocks?: number;
}

/**
 * RealNVP of images (Dinh et al. 2017, section 3.6): at each scale three couplings of checkerboards, a squeeze, three couplings of
 * channels, and half the channels leave without a prior; at the last scale four couplings of checkerboards. Networks are residual; ActNorm
 * of channels takes the place of batch normalisation, which would tie rows together.
 */
export function realNvpImage(options: RealNvpImageOptions): FlowSpec {
  requireOptions("realNvpImage", options, { ...imageOptionNames, blocks: 0 });
  const { blocks = 2, scales = 2, width = 32 } = options;
  checkInteger("realNvpImage: scales", scales, 1);
  const network = (scale: number): ConditionerSpec =>
    residualConvolutional({ width: width * 2 ** scale, blocks, layerNorm: true });
  const checkerboards = (count: number, scale: number) =>
    repeat(count, (k) => [
      coupling({ mask: checkerboard(k), conditioner: network(scale) }),
      channelActNorm(),
    ]);
  return flowOf(options, [
    channelActNorm(),
    ...repeat(scales - 1, (scale) => [
      ...checkerboards(3, scale),
      squeeze(),
      ...repeat(3, (k) => [
        coupling({ mask: channel(k % 2 === 1), conditioner: network(scale) }),
        channelActNorm(),
      ]),
      factorOut({ conditioner: null }),
    ]),
    ...checkerboards(4, scales - 1),
  ]);
}

function flowOf(options: ImageFlowOptions, layers: readonly LayerSpec[]): FlowSpec {
  const { shape, context = 0 } = options;
  const spec = { shape, layers: [noiseLayer(options), ...layers] };
  return context === 0 ? flow(spec) : flow({ ...spec, context });
}

/** The layer that takes integers, as the options have it. */
export function noiseLayer({
  levels = 256,
  logit = 0,
  noise = "uniform",
}: ImageFlowOptions): LayerSpec {
  const variational =
    noise === "variational"
      ? { variational: { conditioner: gatedConvolutional({ width: 16, blocks: 1 }) } }
      : {};
  return dequantise({ levels, logit, ...variational });
}
