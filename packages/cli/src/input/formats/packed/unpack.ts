/** Packed files unpacked into the temporary folder, checked on the way: who reads them then reads what is whole. */
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { unwritable } from "couplet/node";
import type { FoundFile } from "../../find-files.ts";
import { checkExpansion } from "couplet/io";
import { gzipMembers } from "./gzip-members.ts";
import { pieces } from "./inflate.ts";
import { checkZstd } from "./zstd-frames.ts";

/**
 * A gzip file unpacked.
 *
 * @param folder where to
 * @param remark is told of what is left out after the last member
 * @throws CoupletError FILE_INVALID for a file that is cut or damaged, or unpacks without end
 */
export async function unpackGzip(
  file: FoundFile,
  folder: string,
  remark: (text: string) => void,
): Promise<FoundFile> {
  const handle = await open(file.path);
  try {
    const { size } = await handle.stat();
    const target = path.join(folder, `unpacked-${randomUUID()}`);
    const rest = await writePieces(target, gzipMembers(handle, size, file.name), file.name, size);
    if (rest > 0)
      remark(`${file.name}: ${rest} bytes after the end of the compressed data are ignored`);
    return { ...file, path: target };
  } finally {
    await handle.close();
  }
}

/**
 * Looks through a zstd file, which DuckDB unpacks. It does so only when the file begins with a frame of content: one that begins with
 * frames to skip is copied without these.
 *
 * @param folder where to, asked for when needed
 * @throws CoupletError FILE_INVALID as {@link unpackGzip}
 */
export async function checkedZstd(
  file: FoundFile,
  folder: () => Promise<string>,
): Promise<FoundFile> {
  const handle = await open(file.path);
  try {
    const { size } = await handle.stat();
    const first = await checkZstd(handle, size, file.name);
    if (first === 0) return file;
    const target = path.join(await folder(), `frames-${randomUUID()}`);
    await writePieces(target, pieces(handle, first, size), file.name, size);
    return { ...file, path: target };
  } finally {
    await handle.close();
  }
}

/**
 * Writes pieces to a file as they come.
 *
 * @param packed bytes that they are unpacked from
 * @param before bytes that others were unpacked to
 * @returns what the pieces end with
 */
export async function writePieces<T>(
  target: string,
  source: AsyncIterator<Buffer, T, void>,
  name: string,
  packed: number,
  before = 0,
): Promise<T> {
  const out = await open(target, "wx").catch((cause: unknown) => {
    throw unwritable(tmpdir(), cause);
  });
  let written = before;
  try {
    for (;;) {
      const next = await source.next();
      if (next.done === true) return next.value;
      written += next.value.length;
      checkExpansion(name, packed, written);
      await out.writeFile(next.value).catch((cause: unknown) => {
        throw unwritable(tmpdir(), cause);
      });
    }
  } finally {
    await source.return?.();
    await out.close();
  }
}
