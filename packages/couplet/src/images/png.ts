/**
 * PNG files to images and back, by the optional peer dependency `fast-png`, which is loaded when a file is first read or written.
 */
import { threadHost } from "#threads";
import { CoupletError } from "../error.ts";

/** An image of bytes, channels last: 1 (grey) or 3 (red, green, blue). */
export interface PngImage {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly data: Uint8Array<ArrayBuffer>;
  /** What was done with a file that is not of that kind, in words; none for one that is. */
  readonly changes: readonly string[];
}

/** The kind of a PNG file by its first 33 bytes. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Channels of the image that {@link decodePng} makes of it. */
  readonly channels: 1 | 3;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes of a file that {@link pngHeader} needs. */
export const PNG_HEADER_BYTES = 33;

/**
 * Size and channels of a PNG file, from its first bytes.
 *
 * @throws CoupletError FILE_INVALID
 */
export function pngHeader(bytes: Uint8Array, where: string): PngHeader {
  if (bytes.length < PNG_HEADER_BYTES || !SIGNATURE.every((byte, i) => bytes[i] === byte))
    throw new CoupletError({
      code: "FILE_INVALID",
      where,
      expected: "a PNG file",
      received: bytes.length < PNG_HEADER_BYTES ? `${bytes.length} bytes` : "other first bytes",
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // Colour types: 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha.
  const channels = (view.getUint8(25) & 2) === 0 ? 1 : 3;
  return { width: view.getUint32(16), height: view.getUint32(20), channels };
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
  let png;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where,
      expected: "a whole PNG file",
      received: (cause as Error).message,
      cause,
    });
  }
  const { width, height, depth, palette, transparency } = png;
  const changes: string[] = [];
  let { channels } = png;
  let values: ArrayLike<number> = png.data;
  if (transparency !== undefined) throw transparent(where);
  if (palette !== undefined) {
    channels = palette[0]?.length ?? 3;
    values = convertIndexedToRgb(png);
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

/** Bytes as a PNG file: grey of one channel, colours of three. */
export async function encodePng(
  data: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
): Promise<Uint8Array<ArrayBuffer>> {
  const { encode } = await loadFastPng();
  return Uint8Array.from(encode({ width, height, data, channels, depth: 8 }));
}

/** Images beside and below each other on white, a pixel apart: one image, `columns` wide. */
export function imageGrid(
  data: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  columns: number,
): { readonly data: Uint8Array<ArrayBuffer>; readonly shape: readonly [number, number, number] } {
  const size = height * width * channels;
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

async function loadFastPng(): Promise<typeof import("fast-png")> {
  try {
    return await import("fast-png").catch(() =>
      threadHost.besideProgram<typeof import("fast-png")>("fast-png"),
    );
  } catch (cause) {
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: "fast-png",
      expected: 'the package "fast-png" to be installed',
      received: (cause as Error).message,
      hint: "PNG files need it: npm install fast-png.",
      cause,
    });
  }
}
