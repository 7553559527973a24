/** Images moved and mirrored anew in each epoch. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import { philox4x32Into, philoxKey } from "../random/philox.ts";

/** How training images vary. A function of seed, epoch and the image's number alone. */
export interface Augmentation {
  /** Mirrors every second image, left to right. Default false: a mirrored digit is no digit. */
  readonly flip?: boolean;
  /** Moves each image by up to so many pixels up, down, left and right (a crop of the padded image). Default 0. */
  readonly shift?: number;
}

/** Stream number of augmentation, apart from those of orders, noise and weights. */
const STREAM = 0xa063e;

/**
 * The augmentation with its defaults; undefined where nothing varies.
 *
 * @throws CoupletError USAGE
 */
export function checkedAugmentation(
  where: string,
  given: Augmentation | undefined,
): Required<Augmentation> | undefined {
  checkOptions(`${where}: augment`, given, { flip: false, shift: 0 });
  const { flip = false, shift = 0 } = given ?? {};
  if (!(Number.isInteger(shift) && shift >= 0 && shift <= 1000) || typeof flip !== "boolean") {
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: augment`,
      expected: "flip as true or false, and shift as an integer of pixels",
      received: `flip ${String(flip)}, shift ${String(shift)}`,
    });
  }
  return flip || shift > 0 ? { flip, shift } : undefined;
}

/**
 * The images of an epoch; pixels from outside are the network's 0, the mean of the training images.
 *
 * @param images in the network's units, one after the other
 * @param numbers of the images among all that were given
 */
export function augmented(
  images: Float32Array,
  numbers: Int32Array,
  [height, width, channels]: readonly [number, number, number],
  { flip, shift }: Required<Augmentation>,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(images.length);
  const key = philoxKey(seed);
  const words = new Uint32Array(4);
  const line = width * channels;
  const size = height * line;
  const places = 2 * shift + 1;
  for (const [i, number] of numbers.entries()) {
    philox4x32Into(words, 0, number, 0, epoch, STREAM, key[0], key[1]);
    const down = Math.floor((words[0]! / 2 ** 32) * places) - shift;
    const right = Math.floor((words[1]! / 2 ** 32) * places) - shift;
    const mirrored = flip && words[2]! >= 2 ** 31;
    const start = i * size;
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      const from = start + (y - down) * line;
      const to = start + y * line;
      const [first, end] = [Math.max(0, right), Math.min(width, width + right)];
      if (first >= end) continue;
      if (!mirrored) {
        const part = images.subarray(
          from + (first - right) * channels,
          from + (end - right) * channels,
        );
        out.set(part, to + first * channels);
        continue;
      }
      for (let x = first; x < end; x++) {
        const source = from + (width - 1 - (x - right)) * channels;
        for (let c = 0; c < channels; c++) out[to + x * channels + c] = images[source + c]!;
      }
    }
  }
  return out;
}
