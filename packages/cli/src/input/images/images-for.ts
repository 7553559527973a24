/** The images that a verb reads for a model of images. */
import { CoupletError } from "couplet";
import type { ImageSource } from "couplet/images";
import { areImages } from "./image-kind.ts";
import { openImages } from "./open-images.ts";

/** @throws CoupletError FILE_INVALID for tables */
export async function imagesFor(
  data: readonly string[],
  remark: (text: string) => void,
): Promise<ImageSource> {
  if (await areImages(data)) return openImages(data, undefined, remark);
  throw new CoupletError({
    code: "FILE_INVALID",
    where: data[0]!,
    expected:
      "images (idx, CIFAR, .npy of three or four axes, a folder of PNG files), for a model of images",
    received: "another file, or none",
  });
}
