/**
 * The one way in which files are written in Node: under a random name beside their place, and renamed into it when they are whole.
 *
 * Whoever looks sees the old file or the new one, after a crash too: the file is flushed to the disk before the rename, and
 * the folder after it.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "../../error.ts";

/** A file that is being written. Either `keep` or `drop` is called in the end. */
export interface Replacement {
  /** Where to write: an empty file beside the target, or the target itself where `temporary` is false. */
  readonly path: string;
  /** False for what cannot be replaced: a device, a pipe, a descriptor of this process. */
  readonly temporary: boolean;
  /**
   * Moves what was written to the target's name. Call it once nothing writes any more.
   *
   * @throws CoupletError FILE_INVALID, with the temporary file removed
   */
  keep(): Promise<void>;
  /** Removes what was written. */
  drop(): Promise<void>;
}

/** Links to links are followed this far. */
const MOST_LINKS = 40;

/**
 * Begins to write a file. A symbolic link is followed, and what it points to is replaced; mode and owner of a file that is
 * replaced stay (the owner where the system lets this user set it).
 *
 * @throws CoupletError FILE_INVALID for a place that cannot be written to
 */
export async function replaceFile(target: string): Promise<Replacement> {
  const status = await stat(target).catch(() => undefined);
  if (status?.isDirectory() === true) throw unwritable(target, "a folder of that name");
  if ((status !== undefined && !status.isFile()) || isDescriptor(target)) {
    const nothing = () => Promise.resolve();
    return { path: target, temporary: false, keep: nothing, drop: nothing };
  }
  let temporary: string | undefined;
  const drop = async () => {
    if (temporary === undefined) return;
    // Where no file could be made there is none to remove, and trying may fail likewise.
    await rm(temporary, { force: true }).catch(() => undefined);
    pending.delete(temporary);
  };
  try {
    const place = await placeOf(target, status !== undefined);
    const folder = path.dirname(place);
    const name = path.join(folder, `.couplet-${randomBytes(8).toString("hex")}.tmp`);
    const handle = await open(name, "wx", 0o666);
    temporary = name;
    removeOnExit(name);
    try {
      if (status !== undefined) await becomeLike(handle, status);
    } finally {
      await handle.close();
    }
    return {
      path: name,
      temporary: true,
      async keep() {
        try {
          await flush(name);
          await rename(name, place);
          pending.delete(name);
        } catch (cause) {
          await drop();
          throw unwritable(target, cause);
        }
        // The rename is done; a system that cannot flush folders (Windows, some network drives) has none to flush.
        await flush(folder, "r").catch(() => undefined);
      },
      drop,
    };
  } catch (cause) {
    await drop();
    throw unwritable(target, cause);
  }
}

/**
 * Writes a file in one step: all of it or nothing.
 *
 * @throws CoupletError FILE_INVALID for a place that cannot be written to, with the file that was there unharmed
 */
export async function writeFileAtomically(
  target: string,
  content: Uint8Array | string,
): Promise<void> {
  const replacement = await replaceFile(target);
  try {
    const handle = await open(replacement.path, "w").catch((cause: unknown) => {
      throw unwritable(target, cause);
    });
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    await replacement.drop();
    throw unwritable(target, cause);
  }
  await replacement.keep();
}

/** What the system's codes mean to someone who wants to write a file. */
const said: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOENT", "no such folder"],
  ["ENOTDIR", "a file where a folder has to be"],
  ["EISDIR", "a folder of that name"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["EROFS", "a read-only file system"],
  ["ENOSPC", "a full disk"],
  ["EDQUOT", "a full quota"],
  ["EFBIG", "a file larger than the system allows"],
  ["EIO", "an error of the device"],
  ["ENAMETOOLONG", "a name that is too long"],
  ["ELOOP", "a cycle of symbolic links"],
  ["EMFILE", "too many open files"],
]);

/** The same in the words of libraries that hand on no code, as DuckDB does. */
const inWords: readonly (readonly [RegExp, string])[] = [
  [/no space left/i, "a full disk"],
  [/quota exceeded/i, "a full quota"],
  [/file too large/i, "a file larger than the system allows"],
  [/permission denied/i, "no permission"],
  [/read-only file system/i, "a read-only file system"],
];

/**
 * The error for a file that could not be written; a CoupletError stays what it is.
 *
 * @param cause what the system said, or words for it
 */
export function unwritable(target: string, cause: unknown): CoupletError {
  if (cause instanceof CoupletError) return cause;
  const { code, message } =
    typeof cause === "string"
      ? { code: undefined, message: cause }
      : (cause as NodeJS.ErrnoException);
  const line = message.split("\n")[0]!.replace(/\.$/, "");
  return new CoupletError({
    code: "FILE_INVALID",
    where: target,
    expected: "a place that can be written to",
    // The name of the temporary file says nothing to anyone.
    received:
      said.get(code) ??
      inWords.find(([words]) => words.test(line))?.[1] ??
      line.replaceAll(/[^\s'"]*\.couplet-[0-9a-f]{16}\.tmp/g, target),
    cause,
  });
}

/** Files and folders that are not finished: they go when the process ends before they are. */
const pending = new Set<string>();
let watching = false;

/** Removes a file, or a folder with all in it, when the process ends. @returns takes it off that list */
export function removeOnExit(file: string): () => void {
  pending.add(file);
  if (!watching) {
    watching = true;
    process.on("exit", () => {
      for (const name of pending) {
        try {
          rmSync(name, { recursive: true, force: true });
        } catch {
          // The process ends; nobody is left to tell.
        }
      }
    });
  }
  return () => void pending.delete(file);
}

/** Whether a path means standard output or the like: what that leads to is not this process's to replace. */
export function isDescriptor(target: string): boolean {
  return /^\/(dev\/(stdin|stdout|stderr|fd\/\d+)|proc\/(self|\d+)\/fd\/\d+)$/.test(target);
}

/** The file that is written: at the end of the links, also of those to a file that is not there yet. */
async function placeOf(target: string, exists: boolean): Promise<string> {
  if (exists) return realpath(target);
  let place = path.resolve(target);
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = await readlink(place).catch(() => undefined);
    if (next === undefined) return place;
    place = path.resolve(await realpath(path.dirname(place)), next);
  }
  throw Object.assign(new Error("a cycle of symbolic links"), { code: "ELOOP" });
}

/** Mode and owner of the file that is replaced. */
async function becomeLike(
  handle: FileHandle,
  { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number },
): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) {
    // Only the superuser gives files away; whoever may not keeps the group at least, where it is one of his.
    await handle
      .chown(uid, gid)
      .catch(() => handle.chown(own.uid, gid))
      .catch(() => undefined);
  }
  await handle.chmod(mode & 0o7777);
}

async function flush(file: string, flags: "r" | "r+" = "r+"): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
