/** The first bytes of a file: enough to tell what it is. */
import { open } from "node:fs/promises";

/** How a file is compressed. */
export type Compression = "none" | "gzip" | "zstd";

export interface FileHead {
  readonly compression: Compression;
  /** The first bytes, at most a quarter of a megabyte; none of what is compressed. */
  readonly bytes: Buffer;
  /** Whether `bytes` is the whole content. */
  readonly whole: boolean;
  /** Size on disk. */
  readonly size: number;
}

/** The most bytes of a head. */
export const HEAD_BYTES: number = 1 << 18;

export async function readHead(path: string): Promise<FileHead> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return headOfBytes(buffer.subarray(0, bytesRead), size);
  } finally {
    await handle.close();
  }
}

/** The head of content of `size` bytes that begins with these. */
export function headOfBytes(start: Buffer, size: number): FileHead {
  const raw = start.subarray(0, HEAD_BYTES);
  const whole = raw.length >= size;
  if (startsWith(raw, [0x1f, 0x8b]))
    return { compression: "gzip", bytes: Buffer.alloc(0), whole, size };
  if (startsWith(raw, [0x28, 0xb5, 0x2f, 0xfd]))
    return { compression: "zstd", bytes: Buffer.alloc(0), whole, size };
  return { compression: "none", bytes: raw, whole, size };
}

export function startsWith(bytes: Buffer, magic: readonly number[] | string): boolean {
  const wanted = typeof magic === "string" ? Buffer.from(magic, "latin1") : Buffer.from(magic);
  return bytes.subarray(0, wanted.length).equals(wanted);
}
