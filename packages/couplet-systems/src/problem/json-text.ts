import { checkJsonDepth, CoupletError } from "couplet/kit";

/**
 * Parses JSON text.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID with file, line and column, and for values nested deeper than 100
 */
export function parseJsonText(text: string, where: string): unknown {
  const plain = text.replace(/^\uFEFF/, "");
  checkJsonDepth(plain, where);
  try {
    return JSON.parse(plain);
  } catch (cause) {
    // Engines say it each in its own words, some without a place.
    const { at, expected } = firstMistake(plain);
    const before = plain.slice(0, at).split("\n");
    throw new CoupletError({
      code: "FILE_INVALID",
      where: `${where}:${before.length}:${before.at(-1)!.length + 1}`,
      expected,
      received: found(plain, at),
      cause,
    });
  }
}

interface Mistake {
  readonly at: number;
  readonly expected: string;
}

// Pieces of a string: one pattern for all of a long one would pass the stack.
const piece = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,1000}/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/** Where a text stops being JSON, and what could have stood there. */
function firstMistake(source: string): Mistake {
  let at = 0;
  const fail = (expected: string): Mistake => ({ at, expected });
  const blanks = (): void => {
    while (/[ \t\r\n]/.test(source[at] ?? "x")) at++;
  };
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(source)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const text = (): Mistake | undefined => {
    const start = at++;
    while (take(piece));
    if (source[at] === '"') return void at++;
    at = start;
    return fail("text that ends on its line");
  };
  const key = (): Mistake | undefined => {
    if (source[at] !== '"') return fail("a key in double quotes");
    const wrong = text();
    if (wrong !== undefined) return wrong;
    blanks();
    if (source[at] !== ":") return fail('":"');
    at++;
    blanks();
    return undefined;
  };
  const items = (close: "]" | "}"): Mistake | undefined => {
    at++;
    blanks();
    if (source[at] === close) return void at++;
    for (;;) {
      const wrong = (close === "}" ? key() : undefined) ?? value();
      if (wrong !== undefined) return wrong;
      blanks();
      if (source[at] === close) return void at++;
      if (source[at] !== ",") return fail(`"," or "${close}"`);
      at++;
      blanks();
    }
  };
  const value = (): Mistake | undefined => {
    if (source[at] === "{") return items("}");
    if (source[at] === "[") return items("]");
    if (source[at] === '"') return text();
    return take(scalar) ? undefined : fail("a value");
  };
  blanks();
  const wrong = value();
  if (wrong !== undefined) return wrong;
  blanks();
  return fail("the end of the file");
}

function found(source: string, at: number): string {
  if (source.trim() === "") return "an empty file";
  const word = /^\S[^\s,:[\]{}]*/.exec(source.slice(at, at + 24))?.[0];
  return word === undefined ? "the end of the file" : `"${word}"`;
}
