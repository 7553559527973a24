/** Chooses the size of a flow of images by the time available and the speed of the machine. */
import { CoupletError } from "../error.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { glow, realNvpImage } from "./presets.ts";
import { pyramid } from "./pyramid.ts";
import type { ImageFlowOptions } from "./presets.ts";

/** The presets by name. */
export type ImagePreset = "glow" | "pyramid" | "realNvpImage";

/** Sizes of the presets, each three to six times the work of the one before. */
export type ImageSize = "small" | "medium" | "large";

/** Names of the presets. */
export const IMAGE_PRESETS: readonly ImagePreset[] = ["glow", "pyramid", "realNvpImage"];

/** Names of the sizes. */
export const IMAGE_SIZES: readonly ImageSize[] = ["small", "medium", "large"];

const GLOW = {
  small: { steps: 4, width: 32 },
  medium: { steps: 8, width: 64 },
  large: { steps: 12, width: 96 },
} as const;

const PYRAMID = {
  small: { blocks: 1, width: 16 },
  medium: { blocks: 1, width: 32 },
  large: { blocks: 2, width: 48 },
} as const;

const REAL_NVP = {
  small: { blocks: 1, width: 16 },
  medium: { blocks: 2, width: 32 },
  large: { blocks: 4, width: 48 },
} as const;

/** Most scales: further ones have few pixels left. */
const MOST_SCALES = 3;

/** A side of the last scale has at least so many pixels. */
const LEAST_SIDE = 4;

/**
 * The preset in a size. `glow` and `realNvpImage` have as many scales (at most three) as the sides divide by 2 and leave four pixels or
 * more; `pyramid` has all that the sides allow.
 *
 * @throws CoupletError SPEC_INVALID for `glow` of odd sides, which it cannot squeeze
 */
export function imageSpec(
  preset: ImagePreset,
  size: ImageSize,
  options: ImageFlowOptions,
): FlowSpec {
  const [height = 1, width = 1] = options.shape;
  let halvings = 0;
  while (
    halvings < MOST_SCALES &&
    height % 2 ** (halvings + 1) === 0 &&
    width % 2 ** (halvings + 1) === 0 &&
    Math.min(height, width) / 2 ** (halvings + 1) >= LEAST_SIDE
  )
    halvings++;
  if (preset === "pyramid") return pyramid({ ...options, ...PYRAMID[size] });
  if (preset === "realNvpImage")
    return realNvpImage({
      ...options,
      ...REAL_NVP[size],
      scales: Math.min(MOST_SCALES, halvings + 1),
    });
  if (height % 2 === 0 && width % 2 === 0)
    return glow({ ...options, ...GLOW[size], scales: Math.max(1, halvings) });
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: "glow",
    expected: "images with even sides, since a squeeze takes 2 x 2 pixels",
    received: `${height} x ${width} pixels`,
    hint: "Crop or pad them by a pixel, or take a preset that needs no even sides: pyramid or realNvpImage.",
  });
}

/** Passes over the images below which a smaller flow, and from which a larger one, ends better in the same time. */
const PASSES = { fewest: 4, many: 60 };

/** Images below which a medium flow learns them by heart, and from which a large one does not. */
const IMAGES = { few: 2000, many: 20_000 };

/** The size for so many images, of which the medium flow trains so many a second for so many seconds. */
export function sizeFor(images: number, imagesPerSecond: number, seconds: number): ImageSize {
  const passes = (imagesPerSecond * seconds) / images;
  if (images < IMAGES.few || passes < PASSES.fewest) return "small";
  return passes >= PASSES.many && images >= IMAGES.many ? "large" : "medium";
}
