/** Files in Node: written beside their place and renamed into it. */
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
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
    const { randomBytes } = await import("node:crypto");
    const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
    try {
      const there = await stat(path).catch(() => undefined);
      // A device or a pipe is written to; renaming would put a file in its place.
      if (there !== undefined && !there.isFile()) {
        await writeFile(path, bytes);
        return;
      }
      await writeFile(temporary, bytes, { flag: "wx" });
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new CoupletError({
        code: "FILE_INVALID",
        where: path,
        expected: "a place that can be written to",
        received: (cause as Error).message,
        cause,
      });
    }
  },
};
