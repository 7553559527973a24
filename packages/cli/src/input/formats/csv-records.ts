/** The beginning of a delimited file, taken apart: which delimiter, which header. */

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Records that are looked at. */
const MOST_RECORDS = 20;

/**
 * The first records of delimited text (RFC 4180: quotes around cells with delimiters or line ends, doubled inside).
 *
 * @param whole whether the text is the whole file; otherwise its last record may be cut and is left out
 * @param escape what stands before a quote (or itself) within quotes
 */
export function csvRecords(
  text: string,
  delimiter: string,
  whole: boolean,
  escape = '"',
): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = "";
  let quoted = false;
  const endRecord = () => {
    record.push(cell);
    cell = "";
    // Empty lines are no records.
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  };
  for (let i = 0; i < text.length && records.length < MOST_RECORDS; i++) {
    const c = text[i]!;
    if (quoted) {
      const next = text[i + 1];
      if (c === escape && (next === '"' || (escape !== '"' && next === escape))) {
        cell += next;
        i++;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === delimiter) {
      record.push(cell);
      cell = "";
    } else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[i + 1] === "\n") i++;
      endRecord();
    } else cell += c;
  }
  if (records.length < MOST_RECORDS && whole && (cell !== "" || record.length > 0)) endRecord();
  return records;
}

/** The delimiter under which the most records have as many cells as the first, then the one with the most cells. */
export function likelyDelimiter(text: string, whole: boolean, escape = '"'): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const records = csvRecords(text, delimiter, whole, escape);
    const cells = records[0]?.length ?? 0;
    if (cells < 2) continue;
    const agreeing = records.filter((record) => record.length === cells).length / records.length;
    const score = agreeing + Math.min(cells, 100) / 1000;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** Whether a first record can only be data: every cell that is not empty is a number. */
export function looksLikeData(record: readonly string[]): boolean {
  const cells = record.filter((cell) => cell.trim() !== "");
  return (
    cells.length > 0 &&
    cells.every((cell) => /^\s*[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?\s*$/i.test(cell))
  );
}

/**
 * Lines of remarks (# ...) before the header. One that has as many cells as the next line is a header itself.
 *
 * @param delimiter what it is, when that is known
 */
export function remarkLines(text: string, delimiter: string | undefined, whole: boolean): number {
  const lines = text.split(/\r\n|\n|\r/);
  let count = 0;
  while (count < lines.length && lines[count]!.startsWith("#")) count++;
  if (count === 0 || count === lines.length) return 0;
  const rest = lines.slice(count - 1).join("\n");
  const cut = delimiter ?? likelyDelimiter(lines.slice(count).join("\n"), whole);
  const [last = [], next = []] = csvRecords(rest, cut, whole);
  return last.length === next.length && last.length > 1 ? count - 1 : count;
}
