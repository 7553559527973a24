/** Text to standard output or to a file: a temporary one beside its place, renamed when whole. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";

export interface Destination {
  write(text: string): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** Standard output; waits when the reader is slow. */
export function standardOutput(): Destination {
  return {
    async write(text) {
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
    },
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** A file that appears under its name once it is whole. Devices and pipes are written as they are. */
export async function fileDestination(target: string): Promise<Destination> {
  const place = await placeFor(target);
  const stream = createWriteStream(place.path, { flags: place.temporary ? "wx" : "w" });
  const failed = new Promise<never>((_, reject) => {
    stream.on("error", (cause) => reject(unwritable(target, cause)));
  });
  failed.catch(() => undefined);
  const orFailed = <T>(done: Promise<T>): Promise<T> => Promise.race([done, failed]);
  return {
    async write(text) {
      if (!stream.write(text)) await orFailed(once(stream, "drain"));
    },
    async finish() {
      const closed = once(stream, "close");
      stream.end();
      await orFailed(closed);
      await place.keep();
    },
    async abandon() {
      stream.destroy();
      await place.drop();
    },
  };
}

/** Where to write so that `target` is never half there. */
export interface Place {
  readonly path: string;
  readonly temporary: boolean;
  /** Moves what was written to its name. */
  keep(): Promise<void>;
  /** Removes what was written. */
  drop(): Promise<void>;
}

export async function placeFor(target: string): Promise<Place> {
  const status = await stat(target).catch(() => undefined);
  if (status !== undefined && !status.isFile()) {
    const nothing = () => Promise.resolve();
    return { path: target, temporary: false, keep: nothing, drop: nothing };
  }
  const temporary = `${target}.${randomBytes(4).toString("hex")}.tmp`;
  return {
    path: temporary,
    temporary: true,
    async keep() {
      await rename(temporary, target).catch((cause: unknown) => {
        throw unwritable(target, cause);
      });
    },
    drop: () => rm(temporary, { force: true }),
  };
}

/**
 * Refuses, before any work, what could not be written in the end.
 *
 * @throws CoupletError FILE_EXISTS for a file that is there, unless forced; FILE_INVALID for a folder that is not
 */
export async function checkTarget(target: string, force: boolean): Promise<void> {
  const status = await stat(target).catch(() => undefined);
  if (status?.isDirectory() === true) throw unwritable(target, new Error("a folder of that name"));
  if (status?.isFile() === true && !force) {
    throw new CoupletError({
      code: "FILE_EXISTS",
      where: target,
      expected: "no file there yet",
      received: "one",
      hint: "Use --force to replace it, or --output to write elsewhere.",
    });
  }
  if (status !== undefined) return;
  // With a separator behind it a file is no folder.
  const folder = `${path.dirname(target)}${path.sep}`;
  await access(folder, 2).catch((cause: unknown) => {
    throw unwritable(target, cause);
  });
}

export function unwritable(target: string, cause: unknown): CoupletError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const said: Readonly<Record<string, string>> = {
    ENOENT: "no such folder",
    ENOTDIR: "a file where a folder has to be",
    EACCES: "no permission",
    EROFS: "a read-only file system",
    ENOSPC: "a full disk",
    EDQUOT: "a full quota",
  };
  return new CoupletError({
    code: "FILE_INVALID",
    where: target,
    expected: "a place that can be written to",
    received: said[code ?? ""] ?? message.split("\n")[0]!.replace(/\.$/, ""),
    cause,
  });
}
