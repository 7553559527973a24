/** Refuses, before any work, an output that could not or must not be written in the end. */
import { fstat } from "node:fs";
import { access, constants, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { CoupletError } from "couplet";
import { isDescriptor, unwritable } from "couplet/node";

/** @throws CoupletError FILE_EXISTS for a file that exists, unless forced; FILE_INVALID for a folder that does not exist */
export async function checkTarget(target: string, force: boolean): Promise<void> {
  if (isDescriptor(target)) return;
  if (target === "")
    throw new CoupletError({
      code: "USAGE",
      where: "--output",
      expected: "the name of a file",
      received: "an empty name",
    });
  const status = await stat(target).catch(() => undefined);
  if (status?.isDirectory() === true) throw unwritable(target, "a folder of that name");
  if (status?.isFile() === true && !force) {
    throw new CoupletError({
      code: "FILE_EXISTS",
      where: target,
      problem: "the file exists",
      expected: "no file of this name",
      received: "one",
      hint: "Use --force to replace it, or choose another name.",
    });
  }
  if (status !== undefined) return;
  // With a separator behind it a file is no folder.
  const folder = `${path.dirname(target)}${path.sep}`;
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw unwritable(target, cause);
  });
}

/**
 * Refuses an output that is one of the inputs, under whatever name (links, other spellings of a path): reading and writing it
 * at once would destroy it. `--force` does not help. So with two outputs in one file.
 *
 * @param target the output; standard output when undefined
 * @param inputs the files that are read, or those that are written besides; "-" is standard input
 * @param from what they are, for messages
 * @throws CoupletError USAGE
 */
export async function checkDistinct(
  target: string | undefined,
  inputs: readonly string[],
  from = "every input",
): Promise<void> {
  const output = await identity(target ?? 1);
  if (output === undefined) return;
  for (const input of inputs) {
    const same = await identity(input === "-" ? 0 : input);
    if (same !== output) continue;
    throw new CoupletError({
      code: "USAGE",
      where: target === undefined ? "standard output" : target,
      expected: `an output that differs from ${from}`,
      received: input === "-" ? "that of standard input" : input === target ? "one of them" : input,
      hint: "Write elsewhere, then rename.",
    });
  }
}

/** The identity of a regular file (device and inode), of one that is yet to be written (its place); undefined for all else. */
async function identity(file: string | number): Promise<string | undefined> {
  const status = await (
    typeof file === "number"
      ? promisify(fstat)(file, { bigint: true })
      : stat(file, { bigint: true })
  ).catch(() => undefined);
  if (status === undefined) return typeof file === "number" ? undefined : placeOf(file, MOST_LINKS);
  return status.isFile() ? `${status.dev}:${status.ino}` : undefined;
}

/** Links that follow each other at most. */
const MOST_LINKS = 40;

/** Where a file would be written: links to files that do not exist are followed. */
async function placeOf(file: string, links: number): Promise<string | undefined> {
  const next = await readlink(file).catch(() => undefined);
  if (next !== undefined && links > 0)
    return placeOf(path.resolve(path.dirname(file), next), links - 1);
  const folder = await realpath(path.dirname(file)).catch(() => undefined);
  return folder === undefined ? undefined : path.join(folder, path.basename(file));
}
