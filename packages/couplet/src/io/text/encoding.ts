/** Text out of bytes: which encoding, and decoding in pieces without losing a character between two of them. */
import { CoupletError } from "../../error.ts";
import { checkText } from "../bytes/table-format.ts";
import { LIBRARY_WORDS } from "../option-words.ts";
import type { OptionWords } from "../option-words.ts";

/** Encodings of text files. UTF-16 has its low byte first, unless a byte order mark says otherwise. */
export const ENCODINGS = ["utf-8", "utf-16", "latin-1"] as const;

/** An encoding of a text file. */
export type Encoding = (typeof ENCODINGS)[number];

/** A byte order mark says UTF-16; so does every second byte being zero. */
export function encodingOf({ bytes }: { readonly bytes: Uint8Array }): Encoding {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return "utf-16";
  let zeros = 0;
  const looked = Math.min(bytes.length, 1000);
  for (let i = 0; i < looked; i++) if (bytes[i] === 0) zeros++;
  return zeros > looked / 4 ? "utf-16" : "utf-8";
}

/** Turns bytes into text as they come; a byte order mark is left out. */
export class TextPieces {
  readonly #decoder: TextDecoder | undefined;
  readonly #name: string;
  readonly #words: OptionWords;
  /** Line ends so far: an error names the line. */
  #lines = 0;

  /** @param start the first bytes, whose byte order mark decides between the two kinds of UTF-16 */
  constructor(
    encoding: Encoding,
    start: Uint8Array,
    name: string,
    words: OptionWords = LIBRARY_WORDS,
  ) {
    this.#name = name;
    this.#words = words;
    const isBigEndian = start[0] === 0xfe && start[1] === 0xff;
    // The platform's "latin1" is windows-1252, which has other characters from 0x80 to 0x9f.
    if (encoding === "latin-1") return;
    const label = encoding === "utf-8" ? "utf-8" : isBigEndian ? "utf-16be" : "utf-16le";
    this.#decoder = new TextDecoder(label, { fatal: true });
  }

  /** @throws CoupletError FILE_INVALID for bytes that are not of the encoding */
  add(bytes: Uint8Array, isLast: boolean): string {
    if (this.#decoder === undefined) return ofLatin1(bytes);
    try {
      const text = this.#decoder.decode(bytes, { stream: !isLast });
      this.#lines += lineEnds(text);
      return text;
    } catch (cause) {
      const line = this.#lines + lineEnds(wholeText(this.#decoder.encoding, bytes)) + 1;
      throw new CoupletError({
        code: "FILE_INVALID",
        where: `${this.#name}:${line}`,
        expected: `text in ${this.#decoder.encoding.toUpperCase()}`,
        received: "other bytes",
        hint: `Name the encoding, ${this.#words.encoding("latin-1")} or ${this.#words.encoding("utf-16")}, or save the file as UTF-8.`,
        cause,
      });
    }
  }
}

/** The text before the first bytes that are not of the encoding. */
function wholeText(encoding: string, bytes: Uint8Array): string {
  const textOf = (length: number): string | undefined => {
    try {
      const decoder = new TextDecoder(encoding, { fatal: true });
      return decoder.decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return undefined;
    }
  };
  // A longer beginning has the same fault: halve the interval between the longest that is text and the shortest that is not.
  let [low, high] = [0, bytes.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (textOf(middle) === undefined) high = middle;
    else low = middle;
  }
  return textOf(low) ?? "";
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Characters of the same numbers as the bytes: what UTF-16 without its high bytes is. */
function ofLatin1(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(Uint16Array.from(bytes));
}

/**
 * The text at the beginning of a file, as far as it is whole characters.
 *
 * @throws CoupletError FILE_INVALID for bytes that are no text
 */
export function beginningText(
  bytes: Uint8Array,
  whole: boolean,
  encoding: Encoding,
  name: string,
  words: OptionWords = LIBRARY_WORDS,
): string {
  const text = new TextPieces(encoding, bytes, name, words).add(bytes, whole);
  checkText(name, text);
  return text;
}
