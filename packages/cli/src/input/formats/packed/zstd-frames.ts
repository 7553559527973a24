/**
 * Zstandard (RFC 8878): whether the frames of a file are all there. DuckDB unpacks them, and compares their checksums; but it takes
 * the end of the file for the end of the content, wherever that comes.
 */
import type { FileHandle } from "node:fs/promises";
import { checkExpansion, damagedFile } from "couplet/io";

const MAGIC = 0xfd2fb528;
/** Frames that decoders skip have the upper 28 bits of this. */
const SKIPPABLE = 0x184d2a50;
/** A block holds no more than this, unpacked (section 3.1.1.2.4). */
const BLOCK_BYTES = 1 << 17;
/** Estimates count every compressed block as full: only what is absurd by far is refused on them. */
const ESTIMATE = 16;

/**
 * Walks over the blocks of all frames without unpacking them.
 *
 * @param name of the file, for messages
 * @returns where the first frame begins that decoders do not skip; the file's size where it has none
 * @throws CoupletError FILE_INVALID for a file that ends within a frame, has something else after one, or unpacks without end
 */
export async function checkZstd(handle: FileHandle, size: number, name: string): Promise<number> {
  const cut = () => damagedFile(name, "zstd", "one that is cut off");
  const window = windowOn(handle, size);
  const number = async (at: number, bytes: 1 | 2 | 3 | 4 | 8): Promise<number> => {
    const found = await window(at, bytes);
    if (found === undefined) throw cut();
    return bytes === 8 ? Number(found.readBigUInt64LE()) : found.readUIntLE(0, bytes);
  };
  let content = 0;
  let first: number | undefined;
  let at = 0;
  while (at < size) {
    const magic = await number(at, 4);
    at += 4;
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at += 4 + (await number(at, 4));
      if (at > size) throw cut();
      continue;
    }
    if (magic !== MAGIC)
      throw damagedFile(name, "zstd", `${size - at + 4} bytes of something else`);
    first ??= at - 4;
    const descriptor = await number(at, 1);
    at += 1;
    const single = (descriptor & 32) !== 0;
    if (!single) at += 1;
    at += [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = ([single ? 1 : 0, 2, 4, 8] as const)[descriptor >> 6]!;
    const said = sizeBytes === 0 ? undefined : await number(at, sizeBytes);
    at += sizeBytes;
    let most = 0;
    for (let last = false; !last;) {
      const header = await number(at, 3);
      const [kind, length] = [(header >> 1) & 3, header >> 3];
      last = (header & 1) === 1;
      if (kind === 3) throw damagedFile(name, "zstd", "a block of no kind");
      // Raw, one byte again and again, compressed.
      at += 3 + (kind === 1 ? 1 : length);
      most += kind === 2 ? BLOCK_BYTES / ESTIMATE : length;
      if (said === undefined) checkExpansion(name, size, content + most);
      if (at > size) throw cut();
    }
    if ((descriptor & 4) !== 0) at += 4;
    if (at > size) throw cut();
    // The size of frames of 256 bytes and more is kept less 256 in two bytes.
    content += said === undefined ? most : said + (sizeBytes === 2 ? 256 : 0);
    checkExpansion(name, size, content);
  }
  return first ?? size;
}

/** Reads of a few bytes here and there, from one buffer where they lie together. */
function windowOn(
  handle: FileHandle,
  size: number,
): (at: number, length: number) => Promise<Buffer | undefined> {
  let start = 0;
  let kept = Buffer.alloc(0);
  return async (at, length) => {
    if (at + length > size) return undefined;
    if (at < start || at + length > start + kept.length) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 16), 0, 1 << 16, at);
      [start, kept] = [at, buffer.subarray(0, bytesRead)];
    }
    const from = at - start;
    return from + length <= kept.length ? kept.subarray(from, from + length) : undefined;
  };
}
