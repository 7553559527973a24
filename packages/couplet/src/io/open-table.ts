/** Opens the bytes of a table: what they are, unpacked, within limits. */
import { CoupletError, unknownName } from "../error.ts";
import { nameOf } from "../file/bytes-of.ts";
import { checkOptions } from "../options.ts";
import { joined } from "./bytes/byte-stream.ts";
import { HEAD_BYTES, headOfBytes } from "./bytes/head.ts";
import type { FileHead } from "./bytes/head.ts";
import { openSource } from "./bytes/source.ts";
import type { RandomAccess, TableSource } from "./bytes/source.ts";
import { TABLE_FORMATS, tableFormat } from "./bytes/table-format.ts";
import type { TableFormat } from "./bytes/table-format.ts";
import { MOST_BYTES } from "./table-options.ts";
import type { ReadTableOptions } from "./table-options.ts";
import { ENCODINGS } from "./text/encoding.ts";

/** A source whose kind is known. */
export interface OpenTable {
  readonly name: string;
  readonly format: TableFormat;
  readonly head: FileHead;
  /** All bytes from the first on, unpacked. Can be called once. */
  pieces(): AsyncGenerator<Uint8Array, void, void>;
  /** All bytes, at any place: as they lie where they are at hand and not packed, else kept in memory. */
  random(): Promise<RandomAccess>;
}

/**
 * @param where the call, for messages about its options
 * @throws CoupletError as `readTable`
 */
export async function openTable(
  source: TableSource,
  options: ReadTableOptions,
  where: string,
): Promise<OpenTable> {
  checkOptions(where, options, {
    format: TABLE_FORMATS,
    name: "",
    delimiter: "",
    header: false,
    encoding: ENCODINGS,
    skipLines: 0,
    escape: "",
    columns: true,
    skipBadRows: false,
    maxBytes: 0,
    maxRows: 0,
    onRemark: "function",
    signal: "AbortSignal",
  });
  checkCount(where, "skipLines", options.skipLines);
  checkCount(where, "maxRows", options.maxRows);
  checkCount(where, "maxBytes", options.maxBytes);
  const { maxBytes = MOST_BYTES, signal } = options;
  const name = options.name ?? nameOf(source) ?? "table";
  const opened = openSource(source, name);
  if ((opened.random?.size ?? 0) > maxBytes)
    throw tooLarge(name, `at most ${maxBytes} bytes`, String(opened.random!.size));
  let { start, rest } = await begun(limited(opened.pieces(), name, maxBytes, signal));
  let size = opened.random?.size ?? (start.length < HEAD_BYTES ? start.length : Infinity);
  let head = headOfBytes(start, size);
  const isPacked = head.compression !== "none";
  if (head.compression === "zstd") throw compressed(name, "zstd", "Unpack it first: zstd -d.");
  if (isPacked) {
    const { gunzip } = await import("./bytes/gunzip.ts");
    ({ start, rest } = await begun(limited(gunzip(rest, name), name, maxBytes, signal)));
    size = start.length < HEAD_BYTES ? start.length : Infinity;
    head = headOfBytes(start, size);
    if (head.compression !== "none")
      throw compressed(name, `${head.compression} within gzip`, "Unpack it first: gzip -d.");
  }
  const format = tableFormat(name, head, options.format);
  if (format === "npz")
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: name,
      expected: "a .npy file",
      received: "an .npz archive",
      hint: "Save its array by itself: numpy.save(file, array). The command `couplet` reads .npz.",
    });
  return {
    name,
    format,
    head,
    pieces: () => rest,
    async random() {
      if (opened.random !== undefined && !isPacked) {
        await rest.return();
        return opened.random;
      }
      const parts: Uint8Array[] = [];
      for await (const piece of rest) parts.push(piece);
      const bytes = joined(parts);
      const slice = (from: number, to: number) => Promise.resolve(bytes.subarray(from, to));
      return { size: bytes.length, slice };
    },
  };
}

/** The columns that the caller wants, in that order. @throws CoupletError USAGE for one that is not there */
export function chosenColumns(
  names: readonly string[],
  { columns }: ReadTableOptions,
  name: string,
): readonly string[] {
  for (const wanted of columns ?? [])
    if (!names.includes(wanted))
      throw new CoupletError({
        code: "USAGE",
        where: `${name}: columns`,
        ...unknownName("column", wanted, names),
      });
  return columns ?? names;
}

/** What is refused before it is kept. */
export function tooLarge(name: string, expected: string, received: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected,
    received,
    hint: "Raise the limit (`maxBytes`, `maxRows`), or read it in chunks: readTableChunks.",
  });
}

function compressed(name: string, received: string, hint: string): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where: name,
    expected: "a file as it is, or with gzip",
    received,
    hint,
  });
}

function checkCount(where: string, option: string, value: number | undefined): void {
  if (value === undefined || value === Infinity || (Number.isSafeInteger(value) && value >= 0))
    return;
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: ${option}`,
    expected: "a number of 0 or more",
    received: String(value),
  });
}

/** Pieces as they come; ends with an error at too many bytes or an abort. */
async function* limited(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  let bytes = 0;
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(name, `at most ${maxBytes} bytes`, `${bytes} or more`);
    yield piece;
  }
}

/** The first bytes, as many as a head has, and all of them again. */
async function begun(pieces: AsyncGenerator<Uint8Array, void, void>) {
  const first: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const rest = async function* (): AsyncGenerator<Uint8Array, void, void> {
    yield* first.splice(0);
    yield* pieces;
  };
  return { start: joined([...first]), rest: rest() };
}
