/**
 * `couplet/images`: flows of images.
 *
 * Presets (`glow`, `realNvpImage`), bits per dimension (`bitsPerDim`), how far couplings see (`receptiveField`), and readers of image
 * files (`readImages`: idx, CIFAR, npy). Parts of specs for images (`squeeze`, `checkerboard` and the others) are in `couplet`.
 */
export { bitsPerDim } from "../images/bits-per-dim.ts";
export type { BitsPerDim, BitsPerDimOptions } from "../images/bits-per-dim.ts";
export { receptiveField } from "../images/receptive-field.ts";
export type { ReceptiveLevel } from "../images/receptive-field.ts";
export { glow, realNvpImage } from "../images/presets.ts";
export type { GlowOptions, ImageFlowOptions, RealNvpImageOptions } from "../images/presets.ts";
export { readImages, readLabels, reduceBits } from "../images/read-images.ts";
export type { Images } from "../images/read-images.ts";
