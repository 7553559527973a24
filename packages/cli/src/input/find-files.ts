/** The files that arguments name: paths, patterns, and standard input. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import type { Database } from "./database.ts";
import { quoteText } from "./database.ts";
import type { TableFormat } from "couplet/io";
import { keptInput, STANDARD_INPUT } from "./kept-input.ts";

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
 * @param format that standard input has, where the user says so
 * @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for a folder; NOT_SUPPORTED for a URL
 */
export async function findFiles(
  given: readonly string[],
  database: Database,
  folder: () => Promise<string>,
  format?: TableFormat,
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
      found.push({
        path: await keptInput(process.stdin, await folder(), format),
        name: STANDARD_INPUT,
      });
      continue;
    }
    if (argument === "")
      throw new CoupletError({
        code: "USAGE",
        where: "table",
        expected: "the name of a file",
        received: "an empty name",
      });
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
      ? await database.rows(
          `SELECT file FROM glob(${quoteText(await withExactFolders(argument))}) ORDER BY file`,
        )
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

/** The pattern with the folders at its beginning that exist under that very name, whatever is in it, taken as they are called. */
async function withExactFolders(pattern: string): Promise<string> {
  const parts = pattern.split("/");
  for (let known = parts.length - 1; known > 0; known--) {
    const folder = parts.slice(0, known).join("/");
    if (!/[*?[]/.test(folder)) return pattern;
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true)
      return [folder.replaceAll(/[*?[]/g, "[$&]"), ...parts.slice(known)].join("/");
  }
  return pattern;
}

/** Whether a name that no file has is the address of something elsewhere. */
function isUrl(name: string): boolean {
  // One letter is a drive of Windows.
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
}
