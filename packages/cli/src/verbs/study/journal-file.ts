/** The journal of a study as a file: a line for each finished run, on the disk before the next begins. */
import { open, readFile, rm } from "node:fs/promises";
import { CoupletError } from "couplet";
import { unwritable } from "couplet/node";
import type { StudyJournal } from "couplet/study";

export interface JournalFile extends StudyJournal {
  readonly file: string;
}

/**
 * @param flags `resume` goes on from the file; `force` removes it
 * @throws CoupletError FILE_EXISTS for the journal of an interrupted study that neither is about; FILE_NOT_FOUND to go on from none
 */
export async function openJournal(
  file: string,
  flags: { readonly resume?: boolean; readonly force?: boolean },
): Promise<JournalFile> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined && flags.resume === true) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected: "the journal of an interrupted study",
      received: "no such file",
      hint: "Leave out --resume to begin one.",
    });
  }
  if (text !== undefined && flags.resume !== true) {
    if (flags.force !== true) {
      throw new CoupletError({
        code: "FILE_EXISTS",
        where: file,
        expected: "no journal of an interrupted study",
        received: "one",
        hint: "--resume continues it; --force starts a new study.",
      });
    }
    await rm(file, { force: true });
  }
  const lines = flags.resume === true ? completeLines(text!) : [];
  const kept = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  let start = kept;
  // Runs end side by side; their lines go one after the other.
  let last: Promise<void> = Promise.resolve();
  const append = async (line: string): Promise<void> => {
    const bytes = Buffer.from(`${line}\n`);
    const handle = await open(file, start === 0 ? "w" : "r+").catch((cause: unknown) => {
      throw unwritable(file, cause);
    });
    try {
      // The rest of a line that was cut short goes.
      if (start === kept) await handle.truncate(start);
      await handle.write(bytes, 0, bytes.length, start);
      await handle.sync();
      start += bytes.length;
    } catch (cause) {
      throw unwritable(file, cause);
    } finally {
      await handle.close();
    }
  };
  return {
    file,
    lines,
    append: (line) => {
      last = last.then(() => append(line));
      return last;
    },
  };
}

/** The lines that end in a line break. */
function completeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}
