/** Compares the size of images with that of a model. */
import { CoupletError } from "couplet";
import type { ImageSource } from "couplet/images";

/**
 * @param wanted height, width and channels of the model's images
 * @throws CoupletError SHAPE_MISMATCH
 */
export function checkShape(wanted: readonly number[], { name, shape }: ImageSource): void {
  const [expected, received] = [wanted.join(" x "), shape.join(" x ")];
  if (expected === received) return;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where: name,
    expected: `images of ${expected} (height, width, channels)`,
    received,
  });
}
