/** Files in Node. */
import { readFile } from "node:fs/promises";
import { CoupletError } from "../../error.ts";
import type { Storage } from "./storage.ts";

export const storage: Storage = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (cause) {
      const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
      throw new CoupletError({
        code: missing ? "FILE_NOT_FOUND" : "FILE_INVALID",
        where: path,
        expected: "a readable file",
        received: missing ? "no such file" : (cause as Error).message,
        cause,
      });
    }
  },
  async write(path, bytes) {
    // Loaded here: importing the library should not wait for it.
    const { writeFileAtomically } = await import("../replacement/node.ts");
    await writeFileAtomically(path, bytes);
  },
};
