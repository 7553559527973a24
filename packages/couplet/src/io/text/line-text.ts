/** A line of a file in a message: printable, and not long. */
export function shownLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  const printable = text.replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, "");
  return JSON.stringify(printable.length > 80 ? `${printable.slice(0, 77)}...` : printable);
}
