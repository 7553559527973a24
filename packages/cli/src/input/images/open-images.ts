/** Opens files or a folder of images, with labels where they are asked for. */
import { readFile, stat } from "node:fs/promises";
import { CoupletError } from "couplet";
import { imageSource, numberedClasses, readImages, readLabels } from "couplet/images";
import type { Images, ImageSource } from "couplet/images";
import { isLabelFile } from "./image-kind.ts";

/** The word of `--given` for the classes that the images bring along: folders, or CIFAR's labels. */
const OWN_CLASSES = "class";

/**
 * The images in files of one format, one after the other, or in a folder.
 *
 * @param given what `--given` names: a file of labels, or `class`; their labels are left out without
 * @param option the option that names it, for messages
 * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID, DATA_INVALID, USAGE
 */
export async function openImages(
  files: readonly string[],
  given: string | undefined,
  remark: (text: string) => void,
  option = "--given",
): Promise<ImageSource> {
  const source = await withoutGiven(files, remark);
  if (given === undefined) return source;
  if (given === OWN_CLASSES) {
    if (source.labels !== undefined) return source;
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: "images with classes: sub-folders, or CIFAR's records",
      received: `${source.name}, which has none`,
      hint: `Name the file of their labels: ${option} labels.idx.`,
    });
  }
  if (!(await isLabelFile(given))) {
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: `an idx file of labels, or ${OWN_CLASSES} for the classes of folders and of CIFAR's records`,
      received: given,
    });
  }
  const labels = await readLabels(await readFile(given), source.count, given);
  return { ...source, labels, classes: numberedClasses(labels) };
}

async function withoutGiven(
  files: readonly string[],
  remark: (text: string) => void,
): Promise<ImageSource> {
  const [first] = files;
  const status = await stat(first!);
  if (status.isDirectory() && files.length === 1) {
    const { pictureFolder } = await import("./picture-folder.ts");
    return pictureFolder(first!, remark);
  }
  const parts: Images[] = [];
  for (const file of files) {
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new CoupletError({
        code: "FILE_NOT_FOUND",
        where: file,
        expected: "a file of images",
        received: (cause as Error).message,
        cause,
      });
    });
    parts.push(await readImages(bytes, file));
    const [shape, other] = [parts[0]!.shape.join(" x "), parts.at(-1)!.shape.join(" x ")];
    if (shape === other) continue;
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: file,
      expected: `images of ${shape}, as in ${first!}`,
      received: other,
    });
  }
  const more = files.length > 1 ? ` and ${files.length - 1} more` : "";
  return imageSource(joined(parts), `${first!}${more}`);
}

function joined(parts: readonly Images[]): Images {
  if (parts.length === 1) return parts[0]!;
  const { shape } = parts[0]!;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  const hasLabels = parts.every(({ labels }) => labels !== undefined);
  const labels = hasLabels ? new Uint8Array(count) : undefined;
  let [at, number] = [0, 0];
  for (const part of parts) {
    data.set(part.data, at);
    if (part.labels !== undefined) labels?.set(part.labels, number);
    at += part.data.length;
    number += part.count;
  }
  return { shape, count, data, labels };
}
