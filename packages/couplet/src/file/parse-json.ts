import { invalidFile } from "./invalid-file.ts";

/** Nothing that this library writes is nested deeper; far deeper values overflow the stack of whoever walks through them. */
const MOST_DEPTH = 100;

/**
 * The value of a JSON text out of a file.
 *
 * @param where the file's name and the part of it, for messages
 * @throws CoupletError FILE_INVALID for text that is not JSON, and for values nested deeper than 100
 */
export function parseJson(text: string, where: string): unknown {
  checkJsonDepth(text, where);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = `text that is not JSON (${(cause as Error).message})`;
    throw invalidFile(where, "JSON", why, undefined, cause);
  }
}

/**
 * Refuses a JSON text nested deeper than 100, whether or not it is JSON otherwise: for readers that parse it themselves.
 *
 * @param where the file's name and the part of it, for messages
 * @throws CoupletError FILE_INVALID
 */
export function checkJsonDepth(text: string, where: string): void {
  const depth = depthOf(text);
  if (depth > MOST_DEPTH)
    throw invalidFile(where, `JSON nested at most ${MOST_DEPTH} deep`, `JSON nested ${depth} deep`);
}

/** How many brackets and braces are open at most; those inside strings do not count. */
function depthOf(text: string): number {
  let open = 0;
  let most = 0;
  let isText = false;
  // A token at a time: a pattern of whole strings looks for the end of one again at each of its quotes.
  for (const [token] of text.matchAll(/\\[^]|["[\]{}]/g)) {
    if (token === '"') isText = !isText;
    else if (isText) continue;
    else if (token === "[" || token === "{") most = Math.max(most, ++open);
    else if (token === "]" || token === "}") open--;
  }
  return most;
}
