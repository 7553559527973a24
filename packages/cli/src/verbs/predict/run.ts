/** Runs couplet predict: of images by a classifier, of rows by a model of a table. */
import { areImages } from "../../input/images/image-kind.ts";
import { isClassifier } from "../../input/open-model.ts";
import type { ImageFlags } from "./images.ts";
import type { RowFlags } from "./rows.ts";

export async function runPredict(
  file: string,
  data: readonly string[],
  flags: ImageFlags & RowFlags,
): Promise<void> {
  // predictImages names the mistake in a table for a classifier, and in images for a model of a table.
  if (flags.target === undefined && ((await isClassifier(file)) || (await areImages(data))))
    await (await import("./images.ts")).predictImages(file, data, flags);
  else await (await import("./rows.ts")).predictRows(file, data, flags);
}
