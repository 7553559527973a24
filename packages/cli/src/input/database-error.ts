/** Errors of DuckDB about a file as errors of this command: file, line, expected and received, a hint. */
import { CoupletError } from "couplet";

/** The parts of an error that depend on DuckDB's text. */
interface Fault {
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
  /** Where DuckDB counts lines in another way: the line. */
  readonly line?: string;
}

/** A file's error as DuckDB words it. */
interface DatabaseText {
  readonly text: string;
  readonly path: string;
  /** The line of a delimited file. */
  readonly line: string | undefined;
  /** The text of that line, quoted. */
  readonly shown: string;
  readonly names: readonly string[];
}

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
  const about = {
    text,
    path,
    names,
    line: /CSV Error on Line: (\d+)/.exec(text)?.[1],
    shown: shownLine(/Original Line:\s*(.*)/.exec(text)?.[1] ?? ""),
  };
  const {
    line = about.line,
    expected,
    received,
    hint,
  } = wrongColumnCount(about) ?? delimitedFault(about) ?? malformedJson(about) ?? otherFault(about);
  return new CoupletError({
    code: "FILE_INVALID",
    where: line === undefined ? path : `${path}:${line}`,
    expected,
    received,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

function wrongColumnCount({ text, names, line, shown }: DatabaseText): Fault | undefined {
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (counts === null) return undefined;
  const [, expected, found] = counts;
  const isShort = Number(found) < Number(expected);
  const before = Number(line) - 1;
  const cause = isShort
    ? "If it is the last line, the file was cut off."
    : expected === "1" && before > 0
      ? `If the table begins there, --skip-lines ${before} skips the lines before it.`
      : "Does a cell need quotes?";
  return {
    expected: `${expected} columns${names.length > 0 && names.length <= 8 ? ` (${names.join(", ")})` : ""}`,
    received: `${found} in the line ${shown}`,
    hint: `${cause} Correct the line, or skip such rows with --skip-bad-rows.`,
  };
}

function delimitedFault({ text, line, shown }: DatabaseText): Fault | undefined {
  // The line is shown as JSON: a backslash before a quote is three backslashes and a quote.
  if (/quote/i.test(text) && shown.includes(String.raw`\\\"`))
    return {
      expected: 'quotes doubled inside a cell ("")',
      received: `backslashes before them in the line ${shown}`,
      hint: String.raw`--escape '\' reads such cells.`,
    };
  if (/Invalid unicode/.test(text))
    return {
      expected: "text in UTF-8",
      received: `other bytes in the line ${shown}`,
      hint: "Name the encoding, --encoding latin-1 or --encoding utf-16, or save the file as UTF-8.",
    };
  if (/unterminated quote/i.test(text))
    return {
      expected: "a closing quote",
      received: `the end of the file after ${shown}`,
      hint: "A cell that begins with a quote has to end with one; two quotes inside stand for one.",
    };
  if (/quote/i.test(text) && line !== undefined)
    return {
      expected: 'quotes around a whole cell, doubled inside ("")',
      received: `the line ${shown}`,
      hint: "Correct the line, or skip such rows with --skip-bad-rows.",
    };
  if (/Maximum line size/i.test(text))
    return {
      expected: "lines of at most 2 MB",
      received: "a longer line",
      hint: "Is a quote left open?",
    };
  if (/state machine reached an invalid state/.test(text))
    return {
      expected: 'equal line ends, and quotes around whole cells, doubled inside ("")',
      received: "mixed line ends or quotes",
      hint: "Correct it (dos2unix makes the line ends equal), or skip such rows with --skip-bad-rows.",
    };
  return undefined;
}

function malformedJson({ text }: DatabaseText): Fault | undefined {
  const json = /Malformed JSON in file .*?, at byte (\d+) in line (\d+): (.*)/.exec(text);
  if (json === null) return undefined;
  const [, byte, line, reason = ""] = json;
  return {
    // DuckDB names the line after.
    line: String(Number(line) - 1),
    expected: "one JSON object a line",
    received: `${reason.trim().replace(/\.$/, "")} at byte ${byte}`,
    hint: "If it is the last line, the file was cut off. Skip such rows with --skip-bad-rows.",
  };
}

function otherFault({ text, path }: DatabaseText): Fault {
  if (/magic bytes|footer|Parquet/i.test(text) && /parquet/i.test(path + text))
    return {
      expected: "a complete Parquet file",
      received: firstLine(text),
      hint: "The file may be cut off: write it again.",
    };
  if (/Could not convert|Conversion Error/i.test(text))
    return {
      expected: "cells of one type in each column",
      received: firstLine(text),
      hint: "Write such cells as strings throughout, or leave them empty.",
    };
  if (/Permission denied/i.test(text))
    return { expected: "permission to read the file", received: "no permission" };
  return { expected: "a readable table", received: firstLine(text) };
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
