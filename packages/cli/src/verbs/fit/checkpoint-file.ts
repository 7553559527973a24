/** Checkpoints on disk, never half written. */
import { rename, writeFile } from "node:fs/promises";
import { unwritable } from "../../output/write-file.ts";

export async function saveCheckpoint(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(`${file}.tmp`, bytes);
    await rename(`${file}.tmp`, file);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
