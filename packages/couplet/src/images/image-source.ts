/** Images that training reads a part at a time: a file in memory, or a folder that is read as it goes. */
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

/** Names of classes that have numbers alone: 0 up to the greatest. */
export function numberedClasses(labels: ArrayLike<number>): string[] {
  let most = -1;
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]!);
  return Array.from({ length: most + 1 }, (_, k) => String(k));
}

/** A label as a context: 1 in its place among the classes, 0 elsewhere. */
export function oneHot(labels: ArrayLike<number>, classes: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) rows[i * classes + labels[i]!] = 1;
  return rows;
}
