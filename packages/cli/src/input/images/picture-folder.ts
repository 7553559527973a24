/** A folder of PNG files as images: its sub-folders are classes. Files are decoded when they are wanted. */
import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import { decodePng, pngHeader, PNG_HEADER_BYTES } from "couplet/images";
import type { ImageSource } from "couplet/images";

/** Decoded images of at most so many bytes are kept; further ones are read again in each pass. */
const MOST_KEPT_BYTES = 2 ** 30;

/** Files that are open at a time. */
const OPEN_FILES = 32;

/**
 * The PNG files of a folder, in the order of their names.
 *
 * @param remark gets what is done with files that are not of 8 bits without alpha, once for each kind
 * @throws CoupletError FILE_INVALID for no PNG files, damaged ones, and a mixture of files and folders; DATA_INVALID for other sizes
 */
export async function pictureFolder(
  folder: string,
  remark: (text: string) => void,
): Promise<ImageSource> {
  const { files, labels, classes } = await picturesOf(folder);
  const headers = await each(files, async (file) => pngHeader(await firstBytes(file), file));
  const [first] = headers;
  const { width, height, channels } = first!;
  const kind = (header: { width: number; height: number; channels: number }) =>
    `${header.height} x ${header.width} pixels of ${header.channels === 1 ? "grey" : "colours"}`;
  for (const [i, header] of headers.entries()) {
    if (header.width === width && header.height === height && header.channels === channels)
      continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: files[i]!,
      expected: `${kind(first!)}, as ${files[0]!} has`,
      received: kind(header),
      hint: "Images of a model have one size: crop or scale them to it first (magick mogrify -resize).",
    });
  }
  const size = width * height * channels;
  const kept =
    size * files.length <= MOST_KEPT_BYTES
      ? Array.from<Uint8Array | undefined>({ length: files.length })
      : undefined;
  const said = new Set<string>();
  const decoded = async (i: number): Promise<Uint8Array> => {
    const found = kept?.[i];
    if (found !== undefined) return found;
    const file = files[i]!;
    const { data, changes } = await decodePng(await readFile(file), file);
    for (const change of changes) {
      if (said.has(change)) continue;
      said.add(change);
      remark(`${file}: ${change}; other files likewise`);
    }
    if (kept !== undefined) kept[i] = data;
    return data;
  };
  return {
    name: folder,
    shape: [height, width, channels],
    count: files.length,
    labels,
    classes,
    async read(numbers) {
      const bytes = new Uint8Array(numbers.length * size);
      const images = await each(Array.from(numbers), decoded);
      for (const [i, image] of images.entries()) bytes.set(image, i * size);
      return bytes;
    },
  };
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PNG_HEADER_BYTES));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function picturesOf(folder: string) {
  const names = await inOrder(folder);
  const here = names.filter((entry) => entry.isFile() && isPng(entry.name));
  const below = names.filter((entry) => entry.isDirectory());
  const files: string[] = [];
  const labels: number[] = [];
  const classes: string[] = [];
  for (const entry of below) {
    const inside = await inOrder(path.join(folder, entry.name));
    const found = inside.filter((file) => file.isFile() && isPng(file.name));
    if (found.length === 0) continue;
    for (const file of found) {
      files.push(path.join(folder, entry.name, file.name));
      labels.push(classes.length);
    }
    classes.push(entry.name);
  }
  const wrong = (expected: string, received: string, hint: string) =>
    new CoupletError({ code: "FILE_INVALID", where: folder, expected, received, hint });
  if (here.length > 0 && files.length > 0)
    throw wrong(
      "PNG files in the folder, or in folders of their classes below it",
      "both",
      `Move the ${here.length} files of the folder itself elsewhere, or into a folder of their own.`,
    );
  if (here.length > 0)
    return {
      files: here.map(({ name }) => path.join(folder, name)),
      labels: undefined,
      classes: undefined,
    };
  if (files.length === 0)
    throw wrong(
      "PNG files",
      "images of other formats",
      "Convert them first: magick mogrify -format png *.jpg.",
    );
  return { files, labels: Int32Array.from(labels), classes };
}

function isPng(name: string): boolean {
  return /\.png$/i.test(name) && !name.startsWith(".");
}

async function inOrder(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The results for all of a list, so many at a time. */
async function each<T, R>(list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < list.length; i += OPEN_FILES)
    results.push(...(await Promise.all(list.slice(i, i + OPEN_FILES).map((item) => work(item)))));
  return results;
}
