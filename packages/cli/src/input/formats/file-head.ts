/** The first bytes of a file: enough to tell what it is. */
import { open } from "node:fs/promises";
import { HEAD_BYTES, headOfBytes } from "couplet/io";
import type { FileHead } from "couplet/io";

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
