/** The steps of a training of images: which size, how many images a step, how many epochs, by the speed of the machine. */
import { sizeFor } from "./image-sizes.ts";
import type { ImageSize } from "./image-sizes.ts";

/** What the steps are chosen for. */
export interface StepsAbout {
  /** Images to train on. */
  readonly training: number;
  readonly imagesPerEpoch: number;
  /** Seconds that the steps may take. */
  readonly seconds: number;
  /** Passes over the images; undefined for as many as the time has. */
  readonly passes: number | undefined;
  /** Undefined: by the time and the number of images. */
  readonly size: ImageSize | undefined;
  readonly batch: number | undefined;
}

/** The steps of a plan. */
export interface ImageSteps {
  readonly size: ImageSize;
  readonly batch: number;
  readonly epochs: number;
  /** Images a second of that size in steps of that batch. */
  readonly imagesPerSecond: number;
}

/**
 * Images of a step: at most a twentieth of them, and few enough that the time has so many steps. In a short training steps are scarce: on MNIST
 * 3,000 images in steps of 64 do less than in steps of 32.
 */
const BATCH = { least: 16, most: 128, leastSteps: 10_000 };

/** Most passes over the images: patience ends most trainings before. */
const MOST_PASSES = 200;

/**
 * Chooses size, batch and epochs. Small batches have fewer images a second, so that the epochs follow from the rate of the batch that is chosen.
 *
 * @param rateOf images a second that a flow of the size trains in steps of so many images
 */
export async function chooseSteps(
  about: StepsAbout,
  rateOf: (size: ImageSize, batch: number) => Promise<number>,
): Promise<ImageSteps> {
  const { training, imagesPerEpoch, seconds, passes } = about;
  const all = (rate: number) =>
    passes === undefined ? Math.min(rate * seconds, MOST_PASSES * training) : passes * training;
  let batch = about.batch ?? batchFor(training, all(Infinity));
  let size = about.size ?? "medium";
  let imagesPerSecond = await rateOf(size, batch);
  const chosen = about.size ?? sizeFor(training, imagesPerSecond, seconds);
  if (chosen !== size) [size, imagesPerSecond] = [chosen, await rateOf(chosen, batch)];
  const fitting = about.batch ?? batchFor(training, all(imagesPerSecond));
  if (fitting !== batch) [batch, imagesPerSecond] = [fitting, await rateOf(size, fitting)];
  const epochs = Math.max(1, Math.round(all(imagesPerSecond) / imagesPerEpoch));
  return { size, batch, epochs, imagesPerSecond };
}

/** The power of two nearest to what {@link BATCH} allows for so many training images, and so many in all passes together. */
function batchFor(training: number, all: number): number {
  const most = Math.min(training / 20, all / BATCH.leastSteps);
  return Math.max(BATCH.least, Math.min(BATCH.most, 2 ** Math.round(Math.log2(most))));
}
