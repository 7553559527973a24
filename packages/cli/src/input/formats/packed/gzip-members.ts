/**
 * Gzip (RFC 1952): one or several members, each with the checksum and the size of its content. All of them are read, and each is
 * held to its word.
 */
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { inflate } from "./inflate.ts";
import { damagedFile } from "couplet/io";

/** Bits of a member's flags (section 2.3.1). */
const [HEADER_CRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];
/** Bits that have to be zero: with one of them the header may have fields that this reader does not know. */
const RESERVED = 0xe0;
const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
/** Header fields of variable length are read at once, and are never this long. */
const MOST_HEADER_BYTES = 1 << 17;

/**
 * The content of all members.
 *
 * @param name of the file, for messages
 * @returns how many bytes after the last member are no member: padding of zeros does not count
 * @throws CoupletError FILE_INVALID for a member that is cut, or whose content is not what its trailer says
 */
export async function* gzipMembers(
  handle: FileHandle,
  size: number,
  name: string,
): AsyncGenerator<Buffer, number, void> {
  let at = 0;
  while (at < size) {
    const start = await read(handle, at, Math.min(MOST_HEADER_BYTES, size - at));
    if (at > 0 && (start[0] !== 0x1f || start[1] !== 0x8b))
      return await withoutZeros(handle, at, size);
    const header = headerLength(start, name);
    if (header === undefined) throw damagedFile(name, "gzip", "one that is cut off in a header");
    let inflated;
    try {
      inflated = yield* inflate(handle, at + header, size);
    } catch (cause) {
      throw damagedFile(name, "gzip", reason(cause), cause);
    }
    const trailerAt = at + header + inflated.taken;
    if (trailerAt + TRAILER_BYTES > size) throw damagedFile(name, "gzip", "one that is cut off");
    const trailer = await read(handle, trailerAt, TRAILER_BYTES);
    if (trailer.readUInt32LE(0) !== inflated.checksum)
      throw damagedFile(name, "gzip", "content with another checksum than was kept with it");
    if (trailer.readUInt32LE(4) !== inflated.size % 2 ** 32)
      throw damagedFile(name, "gzip", "content of another size than was kept with it");
    at = trailerAt + TRAILER_BYTES;
  }
  return 0;
}

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === "Z_BUF_ERROR" ? "one that is cut off" : message;
}

/**
 * Length of a member's header; undefined where it is no header or not all there.
 *
 * @throws CoupletError FILE_INVALID where a header is not what its own checksum says (section 2.3.1, CRC16)
 */
function headerLength(bytes: Buffer, file: string): number | undefined {
  const isHeader =
    bytes.length >= FIXED_BYTES && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
  if (!isHeader) return undefined;
  const flags = bytes[3]!;
  if ((flags & RESERVED) !== 0)
    throw damagedFile(file, "gzip", "a header with flags that gzip does not have");
  let at = FIXED_BYTES;
  if ((flags & EXTRA) !== 0) {
    if (at + 2 > bytes.length) return undefined;
    at += 2 + bytes.readUInt16LE(at);
  }
  for (const field of [NAME, COMMENT]) {
    if ((flags & field) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((flags & HEADER_CRC) !== 0) {
    if (at + 2 > bytes.length) return undefined;
    if ((crc32(bytes.subarray(0, at)) & 0xffff) !== bytes.readUInt16LE(at))
      throw damagedFile(file, "gzip", "a header with another checksum than was kept with it");
    at += 2;
  }
  return at <= bytes.length ? at : undefined;
}

/** Bytes from `at` on, unless all are zeros, as tapes and disks of fixed blocks add them. */
async function withoutZeros(handle: FileHandle, at: number, size: number): Promise<number> {
  for (let from = at; from < size; from += MOST_HEADER_BYTES) {
    const bytes = await read(handle, from, Math.min(MOST_HEADER_BYTES, size - from));
    if (bytes.some((byte) => byte !== 0)) return size - at;
  }
  return 0;
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
