/** Files of JSON that options name. */
import { readFile } from "node:fs/promises";
import { CoupletError } from "couplet";
import { checkJsonDepth } from "couplet/kit";

/**
 * The value of a JSON file.
 *
 * @param expected what the file should hold, for messages
 * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID
 */
export async function readJson(file: string, expected: string): Promise<unknown> {
  const invalid = (received: string, cause: unknown) =>
    new CoupletError({
      code: "FILE_INVALID",
      where: file,
      expected,
      received,
      cause,
    });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected,
      received: (cause as Error).message,
      cause,
    });
  }
  checkJsonDepth(text, file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}
