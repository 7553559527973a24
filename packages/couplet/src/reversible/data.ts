/** Images and labels into a training and a validation part. */
import type { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checksum } from "../file/checksum.ts";
import type { Rows } from "../flow/model/rows.ts";
import { shuffled } from "../random/shuffle.ts";
import { checkEnoughRows } from "../statistics/enough-rows.ts";
import { checkLabels, imageRows } from "./image-rows.ts";
import type { ImageRows } from "./image-rows.ts";
import type { ClassifierOptions } from "./options.ts";
import type { NetworkSpec } from "./spec.ts";

/** Some of the images that were given, by their numbers, and all their labels. */
export interface ImagePortion {
  readonly images: ImageRows;
  readonly labels: Float32Array<ArrayBuffer>;
  readonly numbers: Int32Array;
}

export interface SplitImages {
  readonly training: ImagePortion;
  readonly validation: ImagePortion;
}

/** Fewer held-out images than this say nothing. */
const LEAST_VALIDATION = 30;

const WHERE = "fitClassifier";

/**
 * The images and labels, checked, with some held out.
 *
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, DATA_INVALID, USAGE
 */
export function splitImages(
  spec: NetworkSpec,
  images: Rows,
  labels: ArrayLike<number>,
  { validation = 0.1, seed = 0 }: ClassifierOptions,
): SplitImages {
  const all = portion(WHERE, spec, images, labels);
  const { count } = all.images;
  checkEnoughRows(WHERE, count, "images");
  if (typeof validation === "object") {
    const held = portion(`${WHERE}: validation`, spec, validation.images, validation.labels);
    if (held.images.count === 0) throw usage("at least one image", "none");
    return { training: all, validation: held };
  }
  if (!(validation > 0 && validation < 1))
    throw usage("a fraction between 0 and 1, or images and labels", String(validation));
  const held = Math.min(
    Math.floor(count / 3),
    Math.max(Math.round(count * validation), LEAST_VALIDATION),
  );
  // Round 0 of the seed, as in fit; epochs take the rounds after it.
  const order = shuffled(count, seed);
  return {
    training: { ...all, numbers: order.subarray(held) },
    validation: { ...all, numbers: order.subarray(0, held) },
  };
}

/** The labels of the portion, in its order. */
export function labelsOf({ labels, numbers }: ImagePortion): Float32Array<ArrayBuffer> {
  return Float32Array.from(numbers, (number) => labels[number]!);
}

/** What tells the portion from others. */
export function portionDigest({ images: { data }, labels, numbers }: ImagePortion): string {
  return [data, labels, numbers]
    .map((part) => checksum(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)))
    .join(" ");
}

function portion(
  where: string,
  spec: NetworkSpec,
  images: Rows,
  labels: ArrayLike<number>,
): ImagePortion {
  const rows = imageRows(where, images, spec);
  return {
    images: rows,
    labels: checkLabels(where, labels, rows.count, spec.classes),
    numbers: Int32Array.from({ length: rows.count }, (_, i) => i),
  };
}

function usage(expected: string, received: string): CoupletError {
  return usageError(`${WHERE}: validation`, expected, received);
}
