/**
 * Text that a terminal shows and does not obey: names of files and columns come from elsewhere, and a control character in one may
 * move the cursor, change colours or write over what was said.
 */
export function printable(text: string): string {
  // Line ends and tabs stay, and what direction and invisible characters hide is shown too.
  return text.replaceAll(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
