/** Packed streams that are watched while they come: whether they unpack without end. */
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { checkExpansion, expandsWithoutEnd } from "couplet/io";
import { checkZstd } from "./zstd-frames.ts";

/** What is unpacked or walked over so far; what is fine until then is read to its end, and checked then. */
const WATCHED_BYTES = 1 << 28;

/** Unpacks gzip beside its copy, until its end or its limit is known; the reader finds damage. */
export function gzipWatch(name: string): (piece: Buffer, bytes: number) => Promise<void> {
  const unzip = createGunzip();
  let unpacked = 0;
  let over = false;
  unzip.on("data", (piece: Buffer) => (unpacked += piece.length));
  unzip.on("error", () => (over = true));
  return async (piece, bytes) => {
    if (over) return;
    // The pieces come one at a time: the next waits until this one is unpacked.
    await new Promise<void>((resolve) => {
      unzip.once("error", () => resolve());
      unzip.write(piece, () => resolve());
    });
    unzip.removeAllListeners("error").on("error", () => (over = true));
    checkExpansion(name, bytes, unpacked);
    if (unpacked < WATCHED_BYTES) return;
    over = true;
    unzip.destroy();
  };
}

/** Milliseconds between two looks. */
const PAUSE = 500;

/**
 * Walks over the frames of zstd that have come, now and then.
 *
 * @param kept the file that they are kept in
 */
export function zstdWatch(
  name: string,
  kept: string,
): (piece: Buffer, bytes: number) => Promise<void> {
  let next = performance.now() + PAUSE;
  return async (_, bytes) => {
    if (bytes > WATCHED_BYTES || performance.now() < next) return;
    next = performance.now() + PAUSE;
    const handle = await open(kept);
    try {
      await checkZstd(handle, (await stat(kept)).size, name);
    } catch (error) {
      // That it ends within a frame is no fault yet.
      if (expandsWithoutEnd(error)) throw error;
    } finally {
      await handle.close();
    }
  };
}
