/** Files of images, as rows of integers: idx (MNIST), CIFAR's binary format and NumPy arrays, from their bytes. */
import { bytesOf, nameOf } from "../file/bytes-of.ts";
import type { BytesSource } from "../file/bytes-of.ts";
import { CoupletError } from "../error.ts";
import { invalidFile } from "../file/invalid-file.ts";
import { checkExpansion, damagedFile } from "../file/expansion.ts";
import { unpackedPieces } from "./unpacked.ts";

/** Images of one size, a row each. */
export interface Images {
  /** Height, width, channels. */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly count: number;
  /** count x height x width x channels bytes, row by row, channels last. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** One per image, where the file has them. */
  readonly labels: Uint8Array<ArrayBuffer> | undefined;
}

/** A record of CIFAR-10: a label, then 32 x 32 values of red, of green and of blue. */
const CIFAR = { side: 32, record: 1 + 3 * 32 * 32, classes: 10 };

/** Types of numbers in idx files, by their code. */
const IDX_TYPES: Readonly<Record<number, string>> = {
  0x08: "unsigned bytes",
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "32-bit floats",
  0x0e: "64-bit floats",
};

/**
 * The images in a file, unpacked where it is gzipped. The bytes tell the format: idx of unsigned bytes with three or four axes, NumPy's
 * .npy of unsigned bytes with axes (N, H, W) or (N, H, W, C), or CIFAR-10's binary records.
 *
 * @param file its bytes, a `Blob` or `File`, or a `Response`
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID for other files and for those that end too early
 */
export async function readImages(
  file: BytesSource,
  where: string = nameOf(file) ?? "images",
): Promise<Images> {
  const plain = await unpacked(await bytesOf(file, where), where);
  if (isIdx(plain, where)) return idxImages(plain, where);
  if (plain[0] === 0x93 && plain[1] === 0x4e) return npyImages(plain, where);
  if (beginsAsCifar(plain)) return cifarImages(plain, where);
  if (plain[0] === 0 && plain[1] === 0) throw badIdx(plain, where);
  throw invalidFile(
    where,
    "images: an idx file, a .npy of (N, H, W[, C]) bytes, or CIFAR-10's binary records",
    plain.length === 0 ? "an empty file" : "other bytes",
  );
}

/**
 * Whether a file is meant to hold records of CIFAR-10: it consists of whole ones, or two labels stand where two are due. One small
 * byte at the start is no sign: a damaged idx file, text and archives have that as well.
 */
function beginsAsCifar(bytes: Uint8Array): boolean {
  const { record, classes } = CIFAR;
  const isLabel = (r: number): boolean => (bytes[r * record] ?? Infinity) < classes;
  if (!isLabel(0)) return false;
  const count = bytes.length / record;
  if (Number.isInteger(count)) {
    const labels = Array.from({ length: count }, (_, r) => isLabel(r));
    if (labels.every(Boolean)) return true;
  }
  const [first, second, , axes = 0] = bytes;
  const mayBeIdx = first === 0 && second === 0 && axes >= 1 && axes <= 4;
  return !mayBeIdx && bytes.length > record && isLabel(1);
}

/** Two zeros and no header of idx behind them. */
function badIdx(bytes: Uint8Array, where: string): CoupletError {
  const [code, axes] = [bytes[2], bytes[3]];
  return invalidFile(
    where,
    "an idx file: two zeros, the type of its numbers (0x08) and 1 to 4 axes",
    code === undefined || axes === undefined
      ? `${bytes.length} bytes`
      : `type 0x${code.toString(16).padStart(2, "0")} and ${axes} axes behind the zeros`,
    "The file is damaged; fetch it again.",
  );
}

/**
 * The labels in an idx file of one axis, gzipped or not.
 *
 * @param count images that they belong to
 * @throws CoupletError FILE_INVALID; DATA_INVALID for another number of them
 */
export async function readLabels(
  file: BytesSource,
  count: number,
  where: string = nameOf(file) ?? "labels",
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = await unpacked(await bytesOf(file, where), where);
  const isLabels = isIdx(plain, where) && plain[3] === 1;
  if (!isLabels && plain[0] === 0 && plain[1] === 0 && plain[3] === 1) throw badIdx(plain, where);
  if (!isLabels) throw invalidFile(where, "an idx file of labels", "other bytes");
  const { axes, data } = idx(plain, where);
  if (axes[0] === count) return data;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `${count} labels, one per image`,
    received: String(axes[0]),
  });
}

/** The bytes, unpacked where they begin as gzip does. */
async function unpacked(bytes: Uint8Array, where: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!(bytes instanceof Uint8Array))
    throw invalidFile(
      where,
      "the bytes of a file, a Blob, a File or a Response",
      bytes === null ? "null" : typeof bytes,
    );
  const packed = Uint8Array.from(bytes);
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  const checkSize = (size: number): void => checkExpansion(where, packed.length, size);
  try {
    const pieces = [];
    for await (const piece of unpackedPieces([packed], "gzip", checkSize)) pieces.push(piece);
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  } catch (cause) {
    if (cause instanceof CoupletError) throw cause;
    throw damagedFile(where, "gzip", "one that does not unpack", cause);
  }
}

/**
 * Whether a file begins as idx does: two zeros, the code of a type of numbers, and the number of axes.
 *
 * @throws CoupletError FILE_INVALID for other numbers than unsigned bytes
 */
function isIdx(bytes: Uint8Array, where: string): boolean {
  const [first, second, code = 0, axes = 0] = bytes;
  const type = IDX_TYPES[code];
  if (first !== 0 || second !== 0 || type === undefined || axes < 1 || axes > 4) return false;
  if (code === 0x08) return true;
  throw invalidFile(
    where,
    "an idx file of unsigned bytes (type 0x08)",
    `${type} (type 0x${code.toString(16).padStart(2, "0")})`,
    "Round the values to 0 .. 255 once, and save them as bytes.",
  );
}

function idx(bytes: Uint8Array<ArrayBuffer>, where: string) {
  const count = bytes[3]!;
  const start = 4 + 4 * count;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < start) throw invalidFile(where, `${count} axes`, "a file that ends in them");
  const axes = Array.from({ length: count }, (_, k) => view.getUint32(4 + 4 * k));
  return { axes, data: exactly(bytes, start, axes, where) };
}

/** What is behind the header: as many bytes as the axes say. */
function exactly(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  axes: readonly number[],
  where: string,
): Uint8Array<ArrayBuffer> {
  const expected = axes.reduce((product, axis) => product * axis, 1);
  const received = bytes.length - start;
  if (received === expected) return bytes.subarray(start);
  throw invalidFile(
    where,
    `${axes.join(" x ")} = ${expected} bytes behind the header`,
    String(received),
    received < expected ? "The file is truncated; fetch it again." : undefined,
  );
}

function imagesOf(axes: readonly number[], data: Uint8Array<ArrayBuffer>, where: string): Images {
  const [count = 0, height = 0, width = 0, channels = 1] = axes;
  if (axes.length < 3 || axes.length > 4 || count * height * width * channels === 0)
    throw invalidFile(where, "axes of images: (N, H, W) or (N, H, W, C)", `(${axes.join(", ")})`);
  // Lines of one or three pixels in dozens of colours are the channels of other programs, which stand first.
  if ((height === 1 || height === 3) && channels > 4)
    throw invalidFile(
      where,
      "axes of images: (N, H, W, C), channels last",
      `(${axes.join(", ")})`,
      "Move the channels: np.moveaxis(x, 1, -1).",
    );
  return { shape: [height, width, channels], count, data, labels: undefined };
}

function idxImages(bytes: Uint8Array<ArrayBuffer>, where: string): Images {
  const { axes, data } = idx(bytes, where);
  return imagesOf(axes, data, where);
}

/** NumPy's format (NEP 1): a header in the syntax of Python, then the bytes. */
function npyImages(bytes: Uint8Array<ArrayBuffer>, where: string): Images {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isWide = bytes[6]! >= 2;
  if (bytes.length < 12)
    throw invalidFile(where, "a whole .npy file", "one that ends in its header");
  const from = isWide ? 12 : 10;
  const start = from + (isWide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(from, start));
  const kind = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (kind === undefined || shape === undefined)
    throw invalidFile(where, "a .npy file", "another header");
  if (!/^[|<>=]?u1$/.test(kind))
    throw invalidFile(
      where,
      "unsigned bytes (uint8)",
      kind,
      "Round the values to 0 .. 255 once, and save them as uint8.",
    );
  if (/'fortran_order':\s*True/.test(header))
    throw invalidFile(where, "an array in C order", "one in Fortran order");
  const axes = shape
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => (/^\d+L?$/.test(text) ? parseInt(text, 10) : NaN));
  if (axes.some((axis) => !Number.isSafeInteger(axis)))
    throw invalidFile(where, "axes that are counts", `(${shape})`);
  return imagesOf(axes, exactly(bytes, start, axes, where), where);
}

/**
 * @throws CoupletError FILE_INVALID for a label that CIFAR-10 does not have, and for a file that ends within a record
 */
function cifarImages(bytes: Uint8Array<ArrayBuffer>, where: string): Images {
  const { side, record, classes } = CIFAR;
  const count = Math.floor(bytes.length / record);
  for (let r = 0; r < count; r++)
    if (bytes[r * record]! >= classes)
      throw invalidFile(
        where,
        `a label from 0 to ${classes - 1} at the start of each record of ${record} bytes`,
        `${bytes[r * record]} in record ${r + 1}`,
        "CIFAR-100 has two labels a record, which are not read. Other images: an idx file, a .npy of bytes, or a folder of PNG files.",
      );
  const rest = bytes.length - count * record;
  if (rest > 0)
    throw invalidFile(
      where,
      `CIFAR-10's records of ${record} bytes`,
      `${count} of them and ${rest} bytes`,
      "The file is truncated, or it holds no images of CIFAR-10.",
    );
  const pixels = side * side;
  const data = new Uint8Array(count * 3 * pixels);
  const labels = new Uint8Array(count);
  for (let r = 0; r < count; r++) {
    labels[r] = bytes[r * record]!;
    for (let c = 0; c < 3; c++) {
      const from = r * record + 1 + c * pixels;
      for (let p = 0; p < pixels; p++) data[(r * pixels + p) * 3 + c] = bytes[from + p]!;
    }
  }
  return { shape: [side, side, 3], count, data, labels };
}

/**
 * Images of fewer bits: floor(x / 2^(8 - bits)), for `dequantise({ levels: 2 ** bits })`.
 *
 * @throws CoupletError USAGE when `bits` is no integer from 1 to 8
 */
export function reduceBits(data: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) {
    throw new CoupletError({
      code: "USAGE",
      where: "reduceBits",
      expected: "an integer number of bits from 1 to 8",
      received: String(bits),
    });
  }
  return Uint8Array.from(data, (value) => value >> (8 - bits));
}
