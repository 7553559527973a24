/**
 * Text that a terminal shows and does not obey: names of files and columns come from elsewhere, and a control character in one may
 * move the cursor, change colours or write over what was said.
 */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, escaped);
}

/**
 * A value as JSON for programs whose lines people may look at too: the same value, with the characters escaped that JSON allows as
 * they are and a terminal obeys, such as U+009B.
 *
 * @param indent spaces of a level; a single line when left out
 */
export function printableJson(value: unknown, indent?: number): string {
  return printable(JSON.stringify(value, null, indent));
}

// Line ends and tabs stay, and what direction and invisible characters hide is shown too.
const OBEYED =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
