/** The header of a NumPy array (NEP 1, versions 1 to 3). */
import { invalidFile } from "../../file/invalid-file.ts";
import { latin1, startsWith } from "../bytes/head.ts";

/** How one number lies in the bytes. */
export interface NumberKind {
  readonly bytes: number;
  /** The value that begins at byte `at`. */
  read(view: DataView, at: number): number;
}

const KINDS: Readonly<Record<string, NumberKind>> = {
  f8: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  f4: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  f2: { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  i8: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  i4: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  i2: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u8: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  u4: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  u2: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** What the header of an array says. */
export interface NpyHeader {
  readonly kind: NumberKind;
  readonly rows: number;
  readonly cols: number;
  /** Whether the array has one dimension. */
  readonly flat: boolean;
  /** Columns lie together, not rows. */
  readonly byColumns: boolean;
  /** Where the numbers begin. */
  readonly start: number;
}

/** Longest header that is read: NumPy's own have a few hundred bytes. */
export const NPY_HEADER_BYTES = 65_550;

/** Far more than can be modelled. */
const MOST_COLUMNS = 100_000;

/**
 * Reads the header of an array of one or two dimensions.
 *
 * @param bytes the beginning of the file
 * @param size  of the whole file; undefined where it is not known yet
 * @throws CoupletError FILE_INVALID
 */
export function npyHeader(bytes: Uint8Array, size: number | undefined, where: string): NpyHeader {
  const invalid = (expected: string, received: string, hint?: string) =>
    invalidFile(where, expected, received, hint);
  if (bytes.length < 12 || !startsWith(bytes, "\x93NUMPY"))
    throw invalid("a .npy file", "other first bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = bytes[6]! >= 2;
  const from = wide ? 12 : 10;
  const start = from + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) throw invalid(`a header of ${start - from} bytes`, "the file's end");
  const header = latin1(bytes, from, start);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "no type";
  const kind = /^[<|=]?([fiub]\d)$/.exec(type)?.[1];
  if (kind === undefined || KINDS[kind] === undefined) {
    throw invalid(
      "an array of little-endian floats, integers or booleans",
      `the type ${type}`,
      "Convert it: array.astype('<f8'); tables of mixed types go through Parquet.",
    );
  }
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  const [rows, cols = 1] = shape;
  if (rows === undefined || shape.length > 2)
    throw invalid("an array of one or two dimensions", `shape (${shape.join(", ")})`);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0))
    throw invalid(
      "an array whose numbers of rows and columns are integers",
      `shape (${shape.join(", ")})`,
    );
  if (cols > MOST_COLUMNS)
    throw invalid(`at most ${MOST_COLUMNS} columns`, String(cols), "Is the array transposed?");
  const wanted = rows * cols * KINDS[kind].bytes;
  if (size !== undefined && start + wanted !== size) {
    throw invalid(
      `${wanted} bytes of numbers for shape (${shape.join(", ")})`,
      String(size - start),
      "Was it cut off?",
    );
  }
  const byColumns = header.includes("'fortran_order': True");
  return { kind: KINDS[kind], rows, cols, flat: shape.length === 1, byColumns, start };
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
