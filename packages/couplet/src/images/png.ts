/**
 * PNG files to images and back, by the optional peer dependency `fast-png`, which is loaded when a file is first read or written.
 */
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import { optionalPackage } from "../optional-package.ts";
import { invalidFile } from "../file/invalid-file.ts";
import { checkedChunks, COLOUR_TYPE, pngHeader } from "./png-chunks.ts";

/** An image of bytes, channels last: 1 (grey) or 3 (red, green, blue). */
export interface PngImage {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly data: Uint8Array<ArrayBuffer>;
  /** What was done with a file that is not of that kind, in words; none for one that is. */
  readonly changes: readonly string[];
}

/**
 * The image in a PNG file. Palettes become colours, values of 16 bits keep their upper 8, those of 1, 2 or 4 bits are spread over
 * 0 to 255, and an opaque alpha channel is left out; `changes` says so.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID for a damaged file; NOT_SUPPORTED for pixels that are transparent; DEVICE_UNAVAILABLE without `fast-png`
 */
export async function decodePng(bytes: Uint8Array, where: string): Promise<PngImage> {
  const { decode, convertIndexedToRgb } = await loadFastPng();
  pngHeader(bytes, where);
  const chunks = await checkedChunks(bytes, where);
  const attempt = <T>(read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      throw invalidFile(where, "a whole PNG file", (cause as Error).message, undefined, cause);
    }
  };
  const png = attempt(() => decode(chunks, { checkCrc: true }));
  const { width, height, depth, palette, transparency } = png;
  if (palette === undefined && bytes[COLOUR_TYPE] === 3)
    throw invalidFile(where, "a palette, which the file's colour type needs", "none");
  const changes: string[] = [];
  let { channels } = png;
  let values: ArrayLike<number> = png.data;
  if (transparency !== undefined) throw transparent(where);
  if (palette !== undefined) {
    channels = palette[0]?.length ?? 3;
    values = attempt(() => convertIndexedToRgb(png));
    changes.push("a palette becomes colours");
  } else if (depth === 16) {
    values = Uint8Array.from(values, (value) => value >> 8);
    changes.push("values of 16 bits keep their upper 8");
  } else if (depth < 8) {
    values = spread(png.data as Uint8Array, width * channels, height, depth);
    changes.push(`values of ${depth} bits are spread over 0 to 255`);
  }
  const colours = channels >= 3 ? 3 : 1;
  const pixels = width * height;
  const data = new Uint8Array(pixels * colours);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < colours; c++) data[p * colours + c] = values[p * channels + c]!;
    if (channels > colours && values[p * channels + colours] !== 255) throw transparent(where);
  }
  if (channels > colours) changes.push("an opaque alpha channel is left out");
  return { shape: [height, width, colours], data, changes };
}

function transparent(where: string): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where,
    expected: "opaque pixels",
    received: "transparent ones",
    hint: "Lay the image on a background first: magick in.png -background white -flatten out.png.",
  });
}

/** Values of few bits, packed from the left in the bytes of each line, as bytes from 0 to 255. */
function spread(packed: Uint8Array, values: number, lines: number, depth: number) {
  const bytesPerLine = Math.ceil((values * depth) / 8);
  const most = 2 ** depth - 1;
  const out = new Uint8Array(values * lines);
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < values; i++) {
      const bit = i * depth;
      const byte = packed[line * bytesPerLine + (bit >> 3)]!;
      out[line * values + i] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
    }
  return out;
}

/** Red, green, blue and alpha. */
const MOST_CHANNELS = 4;

/**
 * Bytes as a PNG file: grey of one channel, colours of three; with alpha behind them, two and four.
 *
 * @throws CoupletError SHAPE_MISMATCH for other than height x width x channels bytes; NOT_SUPPORTED for more channels
 */
export async function encodePng(
  data: Uint8Array,
  shape: readonly [height: number, width: number, channels: number],
): Promise<Uint8Array<ArrayBuffer>> {
  const size = checkShape("encodePng", data, shape);
  if (data.length !== size) throw otherLength("encodePng", shape, size, data.length);
  const [height, width, channels] = shape;
  if (channels > MOST_CHANNELS)
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "encodePng",
      expected: "one channel (grey), three (colours), or two or four (alpha behind them)",
      received: String(channels),
      hint: "couplet sample writes images of other channels as an array: -o samples.npy.",
    });
  const { encode } = await loadFastPng();
  return Uint8Array.from(encode({ width, height, data, channels, depth: 8 }));
}

/**
 * The bytes of an image of this shape.
 *
 * @throws CoupletError USAGE for sides that are no counts, SHAPE_MISMATCH for data that are no bytes
 */
function checkShape(
  where: string,
  data: Uint8Array,
  shape: readonly [number, number, number],
): number {
  if (!(Array.isArray(shape) && shape.length === 3))
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: shape`,
      expected: "height, width and channels",
      received: JSON.stringify(shape) ?? "undefined",
    });
  for (const side of shape) checkInteger(`${where}: shape`, side, 1);
  if (data instanceof Uint8Array) return shape[0] * shape[1] * shape[2];
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: "a Uint8Array of values from 0 to 255",
    received: typeof data,
  });
}

function otherLength(
  where: string,
  shape: readonly number[],
  size: number,
  length: number,
): CoupletError {
  return new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `${shape.join(" x ")} = ${size} bytes an image`,
    received: String(length),
  });
}

/**
 * Images beside and below each other on white, a pixel apart: one image, `columns` wide.
 *
 * @throws CoupletError SHAPE_MISMATCH for a part of an image; USAGE for sides and columns that are no counts
 */
export function imageGrid(
  data: Uint8Array,
  shape: readonly [height: number, width: number, channels: number],
  columns: number,
): { readonly data: Uint8Array<ArrayBuffer>; readonly shape: readonly [number, number, number] } {
  const size = checkShape("imageGrid", data, shape);
  checkInteger("imageGrid: columns", columns, 1);
  if (data.length % size !== 0) throw otherLength("imageGrid", shape, size, data.length);
  const [height, width, channels] = shape;
  const count = data.length / size;
  const lines = Math.max(1, Math.ceil(count / columns));
  const [high, wide] = [lines * (height + 1) - 1, columns * (width + 1) - 1];
  const grid = new Uint8Array(high * wide * channels).fill(255);
  for (let i = 0; i < count; i++) {
    const top = Math.floor(i / columns) * (height + 1);
    const left = (i % columns) * (width + 1);
    for (let y = 0; y < height; y++) {
      const from = i * size + y * width * channels;
      grid.set(data.subarray(from, from + width * channels), ((top + y) * wide + left) * channels);
    }
  }
  return { data: grid, shape: [high, wide, channels] };
}

function loadFastPng(): Promise<typeof import("fast-png")> {
  return optionalPackage(
    "fast-png",
    (elsewhere) => import("fast-png").catch(elsewhere),
    "PNG files",
  );
}
