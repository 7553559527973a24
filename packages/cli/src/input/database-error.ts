/** What DuckDB says about a file, in the words of this command: file, line, what was expected, what to do. */
import { CoupletError } from "couplet";

/**
 * A CoupletError for an error that reading `path` met.
 *
 * @param names the columns of the file, for messages
 */
export function databaseError(
  cause: unknown,
  path: string,
  names: readonly string[] = [],
): CoupletError {
  if (cause instanceof CoupletError) return cause;
  const text = (cause as Error).message;
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  const where = line === undefined ? path : `${path}:${line}`;
  const shown = shownLine(/Original Line:\s*(.*)/.exec(text)?.[1] ?? "");
  const invalid = (expected: string, received: string, hint?: string) =>
    new CoupletError({
      code: "FILE_INVALID",
      where,
      expected,
      received,
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (counts !== null) {
    const [, expected, found] = counts;
    const fewer = Number(found) < Number(expected);
    return invalid(
      `${expected} columns${names.length > 0 && names.length <= 8 ? ` (${names.join(", ")})` : ""}`,
      `${found} in the line ${shown}`,
      `${fewer ? "If it is the last line, the file was cut off. " : "Does a cell need quotes? "}Mend the line, or leave such rows out with --skip-bad-rows.`,
    );
  }
  if (/Invalid unicode/.test(text)) {
    return invalid(
      "text in UTF-8",
      `other bytes in the line ${shown}`,
      "Say the encoding, --encoding latin-1 or --encoding utf-16, or save the file as UTF-8.",
    );
  }
  if (/unterminated quote/i.test(text)) {
    return invalid(
      "a closing quote",
      `the end of the file after ${shown}`,
      "A cell that begins with a quote has to end with one; two quotes inside stand for one.",
    );
  }
  if (/quote/i.test(text) && line !== undefined) {
    return invalid(
      'quotes around a whole cell, doubled inside ("")',
      `the line ${shown}`,
      "Mend the line, or leave such rows out with --skip-bad-rows.",
    );
  }
  if (/Maximum line size/i.test(text))
    return invalid("lines of at most 2 MB", "a longer one", "Is a quote left open?");
  if (/state machine reached an invalid state/.test(text)) {
    return invalid(
      'lines that all end alike, and quotes around whole cells, doubled inside ("")',
      "a file that breaks this somewhere",
      "Mend it (dos2unix makes all lines end alike), or leave such rows out with --skip-bad-rows.",
    );
  }
  const json = /Malformed JSON in file .*?, at byte (\d+) in line (\d+): (.*)/.exec(text);
  if (json !== null) {
    return new CoupletError({
      code: "FILE_INVALID",
      // DuckDB counts the line after.
      where: `${path}:${Number(json[2]) - 1}`,
      expected: "one JSON object a line",
      received: `${json[3]!.trim().replace(/\.$/, "")} at byte ${json[1]}`,
      hint: "If it is the last line, the file was cut off. Leave such rows out with --skip-bad-rows.",
      cause,
    });
  }
  if (/magic bytes|footer|Parquet/i.test(text) && /parquet/i.test(path + text)) {
    return invalid("a whole Parquet file", firstLine(text), "Was it cut off? Write it again.");
  }
  if (/Could not convert|Conversion Error/i.test(text)) {
    return invalid(
      "cells of one type in each column",
      firstLine(text),
      "Write such cells as strings throughout, or leave them empty.",
    );
  }
  if (/Permission denied/i.test(text)) return invalid("a file that may be read", "no permission");
  return invalid("a readable table", firstLine(text));
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "")
    .replace(/^[A-Z][A-Za-z ]*Error: /, "")
    .replace(/\.\s*$/, "")
    .trim();
}

function shownLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  const printable = text.replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, "");
  return JSON.stringify(printable.length > 80 ? `${printable.slice(0, 77)}...` : printable);
}
