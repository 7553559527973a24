/** The parts of a PNG file: its header, and what is safe to unpack of the rest. */
import { CoupletError } from "../error.ts";
import { invalidFile } from "../file/invalid-file.ts";
import { unpackedPieces } from "./unpacked.ts";

/** The kind of a PNG file by its first 33 bytes. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Channels of the image that {@link decodePng} makes of it. */
  readonly channels: 1 | 3;
}

/** The place of the bits of a value. */
const BIT_DEPTH = 24;
/** The place of the colour type: 3 is a palette. */
export const COLOUR_TYPE = 25;

/** How every PNG file begins. */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes of a file that {@link pngHeader} needs. */
export const PNG_HEADER_BYTES = 33;

/**
 * Size and channels of a PNG file, from its first bytes.
 *
 * @throws CoupletError FILE_INVALID
 */
export function pngHeader(bytes: Uint8Array, where: string): PngHeader {
  if (!(bytes instanceof Uint8Array) || bytes.length < PNG_HEADER_BYTES)
    throw invalidFile(where, "a PNG file", sizeOf(bytes));
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte))
    throw invalidFile(where, "a PNG file", "other first bytes");
  const view = viewOf(bytes);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0)
    throw invalidFile(where, "an image of at least one pixel", `${width} x ${height} pixels`);
  // Colour types: 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha.
  const channels = (view.getUint8(COLOUR_TYPE) & 2) === 0 ? 1 : 3;
  return { width, height, channels };
}

function sizeOf(bytes: unknown): string {
  return bytes instanceof Uint8Array ? `${bytes.length} bytes` : typeof bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Values of a pixel, by the colour type. */
const PLANES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Deflate packs at most 1,032 bytes into one. */
const MOST_PACKED = 1032;

/** What the pixels of a file may unpack to before their number is compared with the image's. */
const UNCHECKED_BYTES = 2 ** 26;

/** Parts that hold no pixels and unpack to any size: colour profiles and packed texts. */
const LEFT_OUT = ["iCCP", "zTXt", "iTXt"];

/**
 * The file without its parts that hold no pixels, once its pixels were seen to be as many as its header says: a file of a few bytes may
 * else take any amount of memory.
 *
 * @throws CoupletError FILE_INVALID
 */
export async function checkedChunks(
  given: Uint8Array,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  // Blobs take no shared memory.
  const bytes = Uint8Array.from(given);
  const view = viewOf(bytes);
  const kept = [bytes.subarray(0, SIGNATURE.length)];
  const pixels: Uint8Array<ArrayBuffer>[] = [];
  let kind = "";
  for (let at = SIGNATURE.length; kind !== "IEND";) {
    const end = at + 8 > bytes.length ? Infinity : at + 12 + view.getUint32(at);
    if (end > bytes.length) throw invalidFile(where, "a whole PNG file", "one that is cut off");
    kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!LEFT_OUT.includes(kind)) kept.push(bytes.subarray(at, end));
    if (kind === "IDAT") pixels.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  const { width, height } = pngHeader(bytes, where);
  const bits = (PLANES[bytes[COLOUR_TYPE]!] ?? 1) * bytes[BIT_DEPTH]!;
  const packed = pixels.reduce((sum, { length }) => sum + length, 0);
  // A line begins with the number of its filter; interlaced images have up to seven beginnings for each.
  const least = height * Math.ceil((width * bits) / 8);
  if (least > packed * MOST_PACKED)
    throw invalidFile(
      where,
      `${width} x ${height} pixels`,
      `${packed} packed bytes, too few for them`,
    );
  const most = least + 8 * (height + width) + 64;
  if (packed * MOST_PACKED > Math.max(UNCHECKED_BYTES, 4 * most))
    await checkUnpacked(pixels, most, where);
  return new Uint8Array(await new Blob(kept).arrayBuffer());
}

/** @throws CoupletError FILE_INVALID for parts that unpack to more than `most` bytes */
async function checkUnpacked(
  parts: readonly Uint8Array<ArrayBuffer>[],
  most: number,
  where: string,
): Promise<void> {
  const checkSize = (size: number): void => {
    if (size > most) throw invalidFile(where, `pixels of at most ${most} bytes`, "more");
  };
  try {
    for await (const _ of unpackedPieces(parts, "deflate", checkSize));
  } catch (cause) {
    if (cause instanceof CoupletError) throw cause;
    throw invalidFile(where, "a whole PNG file", "pixels that do not unpack", undefined, cause);
  }
}
