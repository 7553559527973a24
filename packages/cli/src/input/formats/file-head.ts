/** The first bytes of a file, decompressed: enough to tell what it is. */
import { open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";

/** How a file is compressed. */
export type Compression = "none" | "gzip" | "zstd";

export interface FileHead {
  /** The first bytes as they are, at most a quarter of a megabyte. */
  readonly raw: Buffer;
  readonly compression: Compression;
  /** Decompressed; empty for zstd, which DuckDB alone reads. */
  readonly bytes: Buffer;
  /** Whether `bytes` is the whole content. */
  readonly whole: boolean;
  /** Size on disk. */
  readonly size: number;
}

const HEAD_BYTES = 1 << 18;

export async function readHead(path: string): Promise<FileHead> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const raw = buffer.subarray(0, bytesRead);
    const whole = bytesRead >= size;
    if (startsWith(raw, [0x1f, 0x8b])) {
      // SYNC_FLUSH: the end of what was read is not the end of the stream.
      const bytes = gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH });
      return { raw, compression: "gzip", bytes, whole, size };
    }
    if (startsWith(raw, [0x28, 0xb5, 0x2f, 0xfd]))
      return { raw, compression: "zstd", bytes: Buffer.alloc(0), whole, size };
    return { raw, compression: "none", bytes: raw, whole, size };
  } finally {
    await handle.close();
  }
}

export function startsWith(bytes: Buffer, magic: readonly number[] | string): boolean {
  const wanted = typeof magic === "string" ? Buffer.from(magic, "latin1") : Buffer.from(magic);
  return bytes.subarray(0, wanted.length).equals(wanted);
}
