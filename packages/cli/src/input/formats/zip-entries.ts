/** Files in a ZIP archive (stored or deflated; PKWARE APPNOTE 6.3, sections 4.3.7 and 4.3.12), for .npz. */
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
 * @throws CoupletError FILE_INVALID for an archive that is cut off, encrypted, larger than 4 GB or compressed otherwise, and for
 *   one whose files share bytes or names
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
  const count = tail.readUInt16LE(end + 10);
  const directoryBytes = tail.readUInt32LE(end + 12);
  const directoryAt = tail.readUInt32LE(end + 16);
  if (directoryAt + directoryBytes > size - tailBytes + end)
    throw invalid(where, "a broken directory");
  const directory = await read(directoryAt, directoryBytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw invalid(where, "a broken directory");
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const nameLength = directory.readUInt16LE(at + 28);
    const rest = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const local = directory.readUInt32LE(at + 42);
    const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
    const entry = {
      name,
      size: directory.readUInt32LE(at + 24),
      checksum: directory.readUInt32LE(at + 16),
    };
    at += 46 + nameLength + rest;
    if ((flags & 1) !== 0) throw invalid(where, "an encrypted one");
    if (packed === 0xffffffff || local === 0xffffffff || entry.size === 0xffffffff)
      throw invalid(where, "one larger than 4 GB; save the arrays as .npy");
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
