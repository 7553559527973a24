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
 * @param folder where standard input is kept while it is read
 * @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for a folder
 */
export async function findFiles(
  given: readonly string[],
  database: Database,
  folder: () => Promise<string>,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const argument of given) {
    if (argument === "-") {
      found.push({ path: await keptInput(await folder()), name: "standard input" });
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

/** Standard input in a file: it is read more than once (first to see what it is). */
async function keptInput(folder: string): Promise<string> {
  if (process.stdin.isTTY)
    process.stderr.write("reading a table from the terminal; end it with Ctrl-D\n");
  const file = path.join(folder, "standard-input");
  await pipeline(process.stdin, createWriteStream(file));
  return file;
}
