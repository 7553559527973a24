import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";

/** Writes a file beside its place and moves it there, so that nothing half-written is ever seen. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`);
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: path.resolve(file),
      expected: "a place to write a file",
      received: String((cause as NodeJS.ErrnoException).code ?? cause),
      cause,
    });
  }
}
