/** Arrow IPC files and streams, a record batch at a time. */
import { open } from "node:fs/promises";
import { arrowTables } from "couplet/io";
import type { FoundFile } from "../find-files.ts";
import type { FileReader } from "../table-input.ts";
import { pieces } from "./packed/inflate.ts";

/**
 * @param remark gets a warning about a stream that may have been cut off
 * @throws CoupletError FILE_INVALID, NOT_SUPPORTED
 */
export async function arrowFile(
  file: FoundFile,
  remark: (text: string) => void = () => {},
): Promise<FileReader> {
  const start = await arrowTables(bytesOf(file), file.name);
  await start.close();
  const { names } = start;
  let remarked = false;
  return {
    path: file.name,
    names,
    async *chunks(wanted) {
      const tables = await arrowTables(bytesOf(file), file.name, (text) => {
        // A table may be read more than once.
        if (!remarked) remark(text);
        remarked = true;
      });
      yield* tables.chunks(wanted);
    },
  };
}

async function* bytesOf({ path }: FoundFile): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(path);
  try {
    yield* pieces(handle, 0, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}
