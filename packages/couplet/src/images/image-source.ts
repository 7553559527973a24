/** Images that training reads a part at a time: a file in memory, or a folder that is read as it goes. */
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import type { Images } from "./read-images.ts";

/** Images of one size, read by their numbers. */
export interface ImageSource {
  /** What messages call it. */
  readonly name: string;
  /** Height, width, channels. */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly count: number;
  /** The class of each image, 0 up, where they are known. */
  readonly labels?: ArrayLike<number> | undefined;
  /** Names of the classes, in the order of the labels' numbers. */
  readonly classes?: readonly string[] | undefined;
  /** The images with these numbers, one after the other. */
  read(numbers: ArrayLike<number>): Promise<Uint8Array<ArrayBuffer>>;
}

/** Images in memory as a source. Labels that have no names are called by their numbers. */
export function imageSource(
  { shape, count, data, labels }: Images,
  name = "images",
  classes?: readonly string[],
): ImageSource {
  const size = shape[0] * shape[1] * shape[2];
  return {
    name,
    shape,
    count,
    labels,
    classes: classes ?? (labels === undefined ? undefined : numberedClasses(labels)),
    read(numbers) {
      const bytes = new Uint8Array(numbers.length * size);
      for (let i = 0; i < numbers.length; i++) {
        const from = numbers[i]! * size;
        bytes.set(data.subarray(from, from + size), i * size);
      }
      return Promise.resolve(bytes);
    },
  };
}

/** More classes than this are a mistake: their names alone would fill the memory. */
const MOST_CLASSES = 2 ** 16;

/**
 * Names of classes that have numbers alone: 0 up to the greatest.
 *
 * @throws CoupletError DATA_INVALID for a label that is no integer from 0 to 65,535
 */
export function numberedClasses(labels: ArrayLike<number>): string[] {
  checkClasses("numberedClasses", labels, MOST_CLASSES);
  let most = -1;
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]!);
  return Array.from({ length: most + 1 }, (_, k) => String(k));
}

/**
 * A label as a context: 1 in its place among the classes, 0 elsewhere. No numbers of no classes.
 *
 * @throws CoupletError DATA_INVALID for a label outside the classes, USAGE for a negative number of classes or one with a fraction
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Float64Array<ArrayBuffer> {
  checkInteger("oneHot: classes", classes, 0);
  if (classes > 0) checkClasses("oneHot", labels, classes);
  const rows = new Float64Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) rows[i * classes + labels[i]!] = 1;
  return rows;
}

/** @throws CoupletError DATA_INVALID */
function checkClasses(where: string, labels: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where,
      expected: `labels from 0 to ${classes - 1}`,
      received: `${String(label)} for image ${i}`,
    });
  }
}
