/** The checkpoint of an interrupted fit: read for --resume, and kept from being lost without. */
import { readFile, stat } from "node:fs/promises";
import { CoupletError } from "couplet";

/** @throws CoupletError FILE_NOT_FOUND */
export async function checkpointBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected: "the checkpoint of an interrupted fit",
      received: "no such file",
      hint: "Omit --resume to start a new fit; --output has to be that of the interrupted fit.",
      cause,
    });
  }
}

/**
 * Leaves the state of an interrupted fit alone: a fit that ends would remove it.
 *
 * @throws CoupletError FILE_EXISTS
 */
export async function keepCheckpoint(file: string): Promise<void> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new CoupletError({
    code: "FILE_EXISTS",
    where: file,
    expected: "no checkpoint of an interrupted fit",
    received: "one",
    hint: "--resume continues it; --force starts a new fit and removes it; --output writes elsewhere.",
  });
}
