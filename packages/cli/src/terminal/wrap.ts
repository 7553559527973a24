/** Text cut into lines that fit a terminal: at words, the lines after the first below the text they belong to. */

/** A terminal narrower than this gets lines of this width. */
const LEAST_WIDTH = 40;

/** The width that a stream shows; undefined where nobody looks (a file, a pipe), so that nothing is cut. */
export function widthOf(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): number | undefined {
  if (stream.isTTY !== true) return undefined;
  const told = Number(process.env["COLUMNS"]);
  return Math.max(LEAST_WIDTH, stream.columns || (told > 0 ? told : 80));
}

/**
 * Wraps each line of `text` at spaces. A line of a table (its cells are two spaces apart) goes on below its third cell, a line that is
 * indented below its own first word, any other two places in.
 *
 * @param width columns of the terminal; nothing is wrapped when undefined
 */
export function wrapped(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .map((line) => (line.length <= width ? line : wrappedLine(line, width)))
    .join("\n");
}

function wrappedLine(line: string, width: number): string {
  const hang = hangOf(line, width);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    // The indent is no place to cut.
    const least = lines.length === 0 ? /^ */.exec(rest)![0].length : hang;
    // A cell that does not fit whole begins on the next line.
    const gap = rest.slice(0, width).trimEnd().lastIndexOf("  ");
    const space = gap > hang ? gap : rest.lastIndexOf(" ", width);
    // A word that is longer than a line (a path, an address) stays whole: it may be copied.
    const at = space > least ? space : rest.indexOf(" ", Math.max(width, least + 1));
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(hang) + rest.slice(at).trimStart();
  }
  return [...lines, rest].join("\n");
}

/** Where the lines after the first begin. */
function hangOf(line: string, width: number): number {
  const indent = /^ */.exec(line)![0].length;
  const cells = [...line.slice(indent).matchAll(/ {2,}(?=\S)/g)].map(
    ({ index, 0: gap }) => indent + index + gap.length,
  );
  // The third cell, or the second where the third is too far to the right to have room below it.
  return cells.slice(0, 2).findLast((cell) => cell <= width / 2) ?? indent + 2;
}
