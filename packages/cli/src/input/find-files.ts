/** The files that arguments name: paths, patterns, and standard input. */
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { CoupletError } from "couplet";
import type { Database } from "./database.ts";
import { quoteText } from "./database.ts";

export interface FoundFile {
  /** Where it is. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
}

/**
 * A name that a file has means that file, whatever characters are in it. Patterns are names that no file has.
 *
 * @param folder where standard input is kept while it is read
 * @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for a folder; NOT_SUPPORTED for a URL
 */
export async function findFiles(
  given: readonly string[],
  database: Database,
  folder: () => Promise<string>,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const argument of given) {
    if (argument === "-") {
      if (found.some(({ name }) => name === STANDARD_INPUT)) {
        throw new CoupletError({
          code: "USAGE",
          where: "-",
          expected: "standard input once",
          received: "it twice",
        });
      }
      found.push({ path: await keptInput(await folder()), name: STANDARD_INPUT });
      continue;
    }
    const status = await stat(argument).catch(() => undefined);
    if (status?.isDirectory() === true) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: argument,
        expected: "a file",
        received: "a folder",
        hint: `Name its files: ${path.join(argument, "*.csv")}`,
      });
    }
    if (status !== undefined) {
      found.push({ path: argument, name: argument });
      continue;
    }
    if (isUrl(argument)) {
      throw new CoupletError({
        code: "NOT_SUPPORTED",
        where: argument,
        expected: "a file on this machine",
        received: "a URL",
        hint: "URLs are not read: download the file first, or send it to standard input (curl ... | couplet fit -).",
      });
    }
    const isPattern = /[*?[]/.test(argument);
    const matches = isPattern
      ? await database.rows(`SELECT file FROM glob(${quoteText(argument)}) ORDER BY file`)
      : [];
    if (matches.length === 0) {
      throw new CoupletError({
        code: "FILE_NOT_FOUND",
        where: argument,
        expected: isPattern ? "files that match" : "a file",
        received: isPattern ? "none" : "no such file",
      });
    }
    for (const [file] of matches) found.push({ path: file!, name: file! });
  }
  return found;
}

/** Whether a name that no file has is the address of something elsewhere. */
function isUrl(name: string): boolean {
  // One letter is a drive of Windows.
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
}

/** What messages call it. */
export const STANDARD_INPUT = "standard input";

/** Standard input in a file: it is read more than once (first to see what it is). */
async function keptInput(folder: string): Promise<string> {
  if (process.stdin.isTTY)
    process.stderr.write("reading a table from the terminal; end it with Ctrl-D\n");
  const file = path.join(folder, "standard-input");
  await pipeline(process.stdin, createWriteStream(file));
  return file;
}
