/** Whether "none" and "NA" are words or missing cells, and how missing cells are spelled. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { DEFAULT_MISSING, mayBeWord } from "../cell/missing-cell.ts";
import { detectNumberFormat } from "../cell/number-format.ts";
import { readNumber } from "../cell/read-number.ts";
import type { ColumnSchema } from "../schema/schema.ts";
import type { Column, Table } from "../table.ts";
import { detectDateFormat } from "./detect-date-format.ts";

/** Texts that a column is judged by. */
const LOOKED_AT = 1000;

/**
 * The spellings, exactly as they are, that stand for a missing cell in this table: those among numbers or dates, which cannot be words
 * there. A program that writes "NA" for a missing number does so everywhere. In pieces, one a column.
 */
export function* missingMarks(
  source: Table,
  isMissing: (text: string) => boolean,
): InPieces<ReadonlySet<string>> {
  const marks = new Set<string>();
  for (const column of source.columns) {
    if (column.kind !== "text") continue;
    yield;
    const words = new Set<string>();
    const others = new Set<string>();
    for (const text of column.values) {
      if (text === null) continue;
      if (!isMissing(text)) {
        if (others.size < LOOKED_AT) others.add(text);
      } else if (mayBeWord(text)) words.add(text.trim());
    }
    if (words.size > 0 && areNumbersOrDates([...others])) for (const word of words) marks.add(word);
  }
  return marks;
}

/** The spellings that a caller gives beside the usual ones, or instead of them: these are obeyed. */
export function givenSpellings(missingValues: readonly string[]): string[] {
  if (!DEFAULT_MISSING.every((text) => missingValues.includes(text))) return [...missingValues];
  const usual = new Set(DEFAULT_MISSING);
  // One that is listed again was meant.
  return missingValues.filter((text) => !usual.delete(text));
}

function areNumbersOrDates(texts: readonly string[]): boolean {
  return (
    texts.length > 0 &&
    (texts.every((text) => !Number.isNaN(readNumber(text))) ||
      detectDateFormat(texts).format !== undefined ||
      detectNumberFormat(texts) !== undefined)
  );
}

/** Whether a column is one of words, which "none" and "NA" may be among: no numbers, no dates, no scale, no yes and no. */
export function isOfWords(column: ColumnSchema): boolean {
  return (
    column.type === "category" ||
    column.type === "text" ||
    (column.type === "identifier" &&
      column.reason !== undefined &&
      !/number|integer/.test(column.reason))
  );
}

/** The commonest spelling of a column's missing cells; undefined where that is an empty cell. */
export function missingSpelling(
  source: Column,
  isMissingCell: (text: string) => boolean,
): string | undefined {
  if (source.kind !== "text") return undefined;
  const counts = new Map<string, number>();
  for (const text of source.values) {
    const spelled = text === null ? "" : text;
    if (spelled === "" || isMissingCell(spelled))
      counts.set(spelled, (counts.get(spelled) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return commonest === undefined || commonest[0] === "" ? undefined : commonest[0];
}
