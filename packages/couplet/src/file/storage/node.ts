/** Files in Node: written beside their place and renamed into it. */
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { CoupletError } from "../../error.ts";
import type { Storage } from "./storage.ts";

/** What the system's codes mean to someone who wants to write a file. */
const said: Readonly<Record<string, string>> = {
  ENOENT: "no such folder",
  ENOTDIR: "a file where a folder has to be",
  EACCES: "no permission",
  EROFS: "a read-only file system",
  ENOSPC: "a full disk",
  EDQUOT: "a full quota",
};

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
      // Where no file could be made there is none to remove, and trying may fail likewise.
      await rm(temporary, { force: true }).catch(() => undefined);
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new CoupletError({
        code: "FILE_INVALID",
        where: path,
        expected: "a place that can be written to",
        // The name of the temporary file says nothing to anyone.
        received: said[code ?? ""] ?? message.replaceAll(temporary, path),
        cause,
      });
    }
  },
};
