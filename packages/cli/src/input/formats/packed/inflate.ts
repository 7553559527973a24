/** A deflate stream (RFC 1951) within a file, piece by piece: memory stays the same however much comes out. */
import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";

const PIECE = 1 << 16;

/** What came out of a stream that was whole. */
export interface Inflated {
  /** Bytes of the file that it took. */
  readonly taken: number;
  /** Bytes that came out. */
  readonly size: number;
  /** CRC-32 of these. */
  readonly checksum: number;
}

/**
 * Inflates what begins at `from`, and returns what came out when the stream ends by itself.
 *
 * @param to the stream ends before this byte of the file
 * @throws zlib's error for a stream that is cut or damaged
 */
export async function* inflate(
  handle: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<Buffer, Inflated, void> {
  const engine = createInflateRaw();
  const source = Readable.from(pieces(handle, from, to));
  source.on("error", (error) => engine.destroy(error));
  source.pipe(engine);
  let size = 0;
  let checksum = 0;
  try {
    for await (const piece of engine as AsyncIterable<Buffer>) {
      size += piece.length;
      checksum = crc32(piece, checksum);
      yield piece;
    }
    return { taken: engine.bytesWritten, size, checksum };
  } finally {
    source.unpipe(engine);
    source.destroy();
    // What comes after the stream's end may still be on its way in.
    engine.on("error", () => undefined);
    engine.destroy();
  }
}

/** The bytes of a part of a file as they are. */
export async function* pieces(
  handle: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, void> {
  for (let at = from; at < to;) {
    const length = Math.min(PIECE, to - at);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
