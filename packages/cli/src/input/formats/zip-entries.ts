/** Files in a ZIP archive (stored or deflated; PKWARE APPNOTE 6.3, sections 4.3.7 and 4.3.12), for .npz. */
import { inflateRawSync } from "node:zlib";
import { CoupletError } from "couplet";

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;

/** @throws CoupletError FILE_INVALID for an archive that is cut off, encrypted, larger than 4 GB or compressed otherwise */
export function zipEntries(archive: Buffer, where: string): ZipEntry[] {
  const invalid = (received: string) =>
    new CoupletError({ code: "FILE_INVALID", where, expected: "a whole .npz archive", received });
  let end = archive.length - END_BYTES;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw invalid("one without its directory; was it cut off?");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw invalid("a broken directory");
    const flags = archive.readUInt16LE(at + 8);
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const rest = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const local = archive.readUInt32LE(at + 42);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + rest;
    if ((flags & 1) !== 0) throw invalid("an encrypted one");
    if (packed === 0xffffffff || local === 0xffffffff)
      throw invalid("one larger than 4 GB; save the arrays as .npy");
    if (local + 30 > archive.length) throw invalid("a broken directory");
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    if (from + packed > archive.length) throw invalid(`${name} cut off`);
    const bytes = archive.subarray(from, from + packed);
    if (method === 0) entries.push({ name, bytes });
    else if (method === 8) entries.push({ name, bytes: inflateRawSync(bytes) });
    else throw invalid(`${name} compressed by method ${method}`);
  }
  return entries;
}
