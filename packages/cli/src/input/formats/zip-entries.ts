/** Files in a ZIP archive (stored or deflated; PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.14 on), for .npz. */
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { CoupletError } from "couplet";
import { inflate, pieces } from "./packed/inflate.ts";

/** Where a file lies in an archive, and what the directory says of it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: "stored" | "deflated";
  /** First byte, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Bytes unpacked. */
  readonly size: number;
  readonly checksum: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
/** Of archives with 64-bit numbers: the end of their directory, and the 20 bytes that say where it is. */
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const [END_64_BYTES, LOCATOR_64_BYTES] = [56, 20];
/** An entry's extra field with its 64-bit numbers (section 4.5.3), and the number that refers to it. */
const EXTRA_64 = 1;
const IN_EXTRA = 0xffffffff;
const END_BYTES = 22;
const LOCAL_BYTES = 30;
/** The end of the directory, with the longest comment. */
const MOST_END_BYTES = END_BYTES + 0xffff;

function invalid(where: string, received: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where,
    expected: "a whole .npz archive",
    received,
  });
}

/**
 * The files of an archive.
 *
 * @throws CoupletError FILE_INVALID for an archive that is cut off, encrypted or compressed otherwise, and for one
 *   whose files share bytes or names
 */
export async function zipEntries(handle: FileHandle, where: string): Promise<ZipEntry[]> {
  const { size } = await handle.stat();
  const read = async (at: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw invalid(where, "a broken directory");
    return buffer;
  };
  const tailBytes = Math.min(size, MOST_END_BYTES);
  const tail = await read(size - tailBytes, tailBytes);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw invalid(where, "one without its directory; was it cut off?");
  const endAt = size - tailBytes + end;
  const { count, directoryBytes, directoryAt } =
    (await end64(read, endAt)) ??
    ({
      count: tail.readUInt16LE(end + 10),
      directoryBytes: tail.readUInt32LE(end + 12),
      directoryAt: tail.readUInt32LE(end + 16),
    } satisfies Directory);
  if (!(directoryAt + directoryBytes <= endAt)) throw invalid(where, "a broken directory");
  const directory = await read(directoryAt, directoryBytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw invalid(where, "a broken directory");
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const nameLength = directory.readUInt16LE(at + 28);
    const rest = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (at + 46 + nameLength + rest > directory.length) throw invalid(where, "a broken directory");
    const wide = wideNumbers(
      [24, 20, 42].map((field) => directory.readUInt32LE(at + field)),
      directory.subarray(at + 46 + nameLength, at + 46 + nameLength + rest),
    );
    if (wide === undefined) throw invalid(where, "a broken directory");
    const [unpacked, packed, local] = wide;
    const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
    const entry = {
      name,
      size: unpacked,
      checksum: directory.readUInt32LE(at + 16),
    };
    at += 46 + nameLength + rest;
    if ((flags & 1) !== 0) throw invalid(where, "an encrypted one");
    if (method !== 0 && method !== 8)
      throw invalid(where, `${name} compressed by method ${method}`);
    if (local + LOCAL_BYTES > directoryAt) throw invalid(where, `${name} cut off`);
    const header = await read(local, LOCAL_BYTES);
    if (header.readUInt32LE(0) !== LOCAL_ENTRY) throw invalid(where, "a broken directory");
    // A name has no checksum, but stands there twice.
    const localName = await read(local + LOCAL_BYTES, header.readUInt16LE(26));
    if (localName.toString("utf8") !== name)
      throw invalid(
        where,
        `a file called ${name} in the directory and ${localName.toString("utf8")} itself`,
      );
    const from = local + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (from + packed > directoryAt) throw invalid(where, `${name} cut off`);
    entries.push({
      ...entry,
      method: method === 0 ? "stored" : "deflated",
      from,
      to: from + packed,
    });
  }
  checkApart(entries, where);
  return entries;
}

/** Where the directory is, and how many entries it has. */
interface Directory {
  readonly count: number;
  readonly directoryBytes: number;
  readonly directoryAt: number;
}

/** What the end of the directory says in 64 bits; undefined where the archive has no such end before the other. */
async function end64(
  read: (at: number, length: number) => Promise<Buffer>,
  endAt: number,
): Promise<Directory | undefined> {
  const locatorAt = endAt - LOCATOR_64_BYTES;
  if (locatorAt < END_64_BYTES) return undefined;
  const locator = await read(locatorAt, LOCATOR_64_BYTES);
  if (locator.readUInt32LE(0) !== LOCATOR_64) return undefined;
  const at = Number(locator.readBigUInt64LE(8));
  if (at + END_64_BYTES > locatorAt) return undefined;
  const end = await read(at, END_64_BYTES);
  if (end.readUInt32LE(0) !== END_64) return undefined;
  const [count, directoryBytes, directoryAt] = [32, 40, 48].map((field) =>
    Number(end.readBigUInt64LE(field)),
  ) as [number, number, number];
  return { count, directoryBytes, directoryAt };
}

/**
 * Unpacked size, packed size and place of an entry: those that do not fit 32 bits stand in its extra field, in this order.
 *
 * @returns undefined where one that is due is not there
 */
function wideNumbers(
  short: readonly number[],
  extra: Buffer,
): readonly [size: number, packed: number, local: number] | undefined {
  let field: Buffer | undefined;
  for (let at = 0; at + 4 <= extra.length && field === undefined;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === EXTRA_64) field = extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  let next = 0;
  const numbers = short.map((number) => {
    if (number !== IN_EXTRA) return number;
    const from = next;
    next += 8;
    return field !== undefined && next <= field.length
      ? Number(field.readBigUInt64LE(from))
      : undefined;
  });
  const [size, packed, local] = numbers;
  return size === undefined || packed === undefined || local === undefined
    ? undefined
    : [size, packed, local];
}

/** The content of a file in the archive. @throws CoupletError FILE_INVALID where it is not what the directory says */
export async function* zipContent(
  handle: FileHandle,
  { name, method, from, to, size, checksum }: ZipEntry,
  where: string,
): AsyncGenerator<Buffer, void, void> {
  let found = { taken: to - from, size: 0, checksum: 0 };
  if (method === "deflated") {
    try {
      found = yield* inflate(handle, from, to);
    } catch (cause) {
      throw invalid(where, `${name} damaged: ${(cause as Error).message}`);
    }
  } else {
    for await (const piece of pieces(handle, from, to)) {
      found.size += piece.length;
      found.checksum = crc32(piece, found.checksum);
      yield piece;
    }
  }
  if (found.taken !== to - from || found.size !== size)
    throw invalid(where, `${name} damaged: ${found.size} bytes in place of ${size}`);
  if (found.checksum !== checksum) throw invalid(where, `${name} damaged: another checksum`);
}

/** Files that lie in the same bytes make an archive of kilobytes out of gigabytes; two of one name are one too many. */
function checkApart(entries: readonly ZipEntry[], where: string): void {
  const inOrder = [...entries].sort((a, b) => a.from - b.from);
  for (const [i, entry] of inOrder.entries()) {
    const next = inOrder[i + 1];
    if (next !== undefined && next.from < entry.to + LOCAL_BYTES)
      throw invalid(where, `${entry.name} and ${next.name} in the same bytes`);
  }
  const twice = entries.find(({ name }, i) => entries.findIndex((e) => e.name === name) !== i);
  if (twice !== undefined) throw invalid(where, `two files called ${twice.name}`);
}
