/** Files of `couplet systems`: problem files, and the files that they name. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { CoupletError } from "couplet";
import { parseJsonText } from "couplet-systems";

/** The text of a file; "-" is standard input. @throws CoupletError FILE_NOT_FOUND */
export async function readTextFile(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: path.resolve(file),
      expected: "a file to read",
      received:
        { ENOENT: "none", EISDIR: "a folder", EACCES: "one that may not be read" }[code ?? ""] ??
        String(code),
      cause,
    });
  }
}

/** A problem file's value, what to call it, and the folder that its own paths start from. */
export async function readProblemFile(
  file: string,
): Promise<{ value: unknown; where: string; folder: string }> {
  const where = file === "-" ? "standard input" : file;
  const value = parseJsonText(await readTextFile(file), where);
  return { value, where, folder: file === "-" ? "." : path.dirname(file) };
}

/**
 * Reads files by paths relative to a folder.
 *
 * @param read gets the path of each that was read
 */
export function readerBeside(folder: string, read: string[]): (file: string) => Promise<string> {
  return (file) => {
    const full = path.isAbsolute(file) ? file : path.join(folder, file);
    read.push(full);
    return readTextFile(full);
  };
}
