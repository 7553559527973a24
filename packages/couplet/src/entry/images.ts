/**
 * `couplet/images`: flows of images.
 *
 * Presets (`glow`, `pyramid`, `realNvpImage`), bits per dimension (`bitsPerDim`), how far couplings see (`receptiveField`), and readers of image
 * files (`readImages`: idx, CIFAR, npy). Parts of specs for images (`squeeze`, `checkerboard` and the others) are in `couplet`.
 */
export { bitsPerDim } from "../images/bits-per-dim.ts";
export type { BitsPerDim, BitsPerDimOptions } from "../images/bits-per-dim.ts";
export { receptiveField } from "../images/receptive-field.ts";
export type { ReceptiveLevel } from "../images/receptive-field.ts";
export { glow, realNvpImage } from "../images/presets.ts";
export type { GlowOptions, ImageFlowOptions, RealNvpImageOptions } from "../images/presets.ts";
export { pyramid } from "../images/pyramid.ts";
export type { PyramidOptions } from "../images/pyramid.ts";
export { readImages, readLabels, reduceBits } from "../images/read-images.ts";
export type { Images } from "../images/read-images.ts";
export { fitImages, planImageFit } from "../images/fit-images.ts";
export type { FitImagesOptions, ImageEvent } from "../images/fit-images.ts";
export { ImageModel } from "../images/image-model.ts";
export type {
  HeldOutImages,
  ImageRecord,
  ImageSampleOptions,
  ImageScoreOptions,
  ImageScores,
  TrainingSamples,
} from "../images/image-model.ts";
export type { ImagePlan } from "../images/image-plan.ts";
export { IMAGE_PRESETS, IMAGE_SIZES, imageSpec } from "../images/image-sizes.ts";
export type { ImagePreset, ImageSize } from "../images/image-sizes.ts";
export { imageSource, numberedClasses, oneHot } from "../images/image-source.ts";
export type { ImageSource } from "../images/image-source.ts";
export { decodePng, encodePng, imageGrid } from "../images/png.ts";
export type { PngImage } from "../images/png.ts";
export { pngHeader, PNG_HEADER_BYTES } from "../images/png-chunks.ts";
export type { PngHeader } from "../images/png-chunks.ts";
