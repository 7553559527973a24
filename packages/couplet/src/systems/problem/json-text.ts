import { CoupletError } from "../../error.ts";

/**
 * The value that a JSON text stands for.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID with file, line and column
 */
export function parseJsonText(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const message = (cause as Error).message;
    const at = placeOf(message, text);
    throw new CoupletError({
      code: "FILE_INVALID",
      where: at === undefined ? where : `${where}:${at.line}:${at.column}`,
      expected: "JSON",
      received: text.trim() === "" ? "an empty file" : message.replace(/\.$/, ""),
      cause,
    });
  }
}

/** Where an engine says that the text stops being JSON: by position, or by line and column, or at its end. */
function placeOf(message: string, text: string): { line: number; column: number } | undefined {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named !== null) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message);
  const offset =
    position !== null
      ? Number(position[1])
      : /end of JSON input|Unterminated/i.test(message)
        ? text.length
        : undefined;
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
