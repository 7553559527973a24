/** Which date format a column of texts is written in. */
import { everyInPieces, mapInPieces } from "../../threads/map-in-pieces.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { dateFormat } from "../cell/date-format.ts";

// Order is preference: padded before free width (writing back must give the same text), month first before day first.
const DAYS = [
  "YYYY-MM-DD",
  "YYYY/MM/DD",
  "YYYY.MM.DD",
  "MM/DD/YYYY",
  "DD/MM/YYYY",
  "DD.MM.YYYY",
  "DD-MM-YYYY",
  "MM-DD-YYYY",
  "M/D/YYYY",
  "D/M/YYYY",
  "D.M.YYYY",
  "DD MMM YYYY",
  "D MMM YYYY",
  "MMM DD, YYYY",
  "MMM D, YYYY",
  "DD-MMM-YYYY",
  "DD MMMM YYYY",
  "D MMMM YYYY",
  "MMMM DD, YYYY",
  "MMMM D, YYYY",
  "YYYYMMDD",
  "YYYY-MM",
  "MMM-YYYY",
  "MMM YYYY",
  "MMMM YYYY",
  "YYYY-MMM",
  "MM/YYYY",
  "MM.YYYY",
  "MMM-YY",
  "MM/DD/YY",
  "DD/MM/YY",
  "DD.MM.YY",
  "M/D/YY",
  "D/M/YY",
  "D.M.YY",
  "DD-MMM-YY",
];
// prettier-ignore
const TIMES = ["HH:mm", "HH:mm:ss", "HH:mm:ss.SSS", "HH:mm:ss.SSSSSS", "hh:mm A", "hh:mm:ss A", "h:mm A", "h:mm:ss A", "H:mm", "H:mm:ss"];
/** Dates and times without anything between their digits; T stands between them, or nothing. */
const BASIC = ["YYYYMMDD'T'HHmmss", "YYYYMMDD'T'HHmm", "YYYYMMDDHHmmss"];
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
const LOOKS_LIKE_DATE =
  /^\s*(\d{1,4}[-/. ][A-Za-z\d]{1,9}[-/. ]\d{1,4}|\d{4}-\d{2}|\d{8}(T?\d{4}(\d{2})?Z?$)?|[A-Za-z]{3,9}[- ]\d{2,4}$|\d{4}-[A-Za-z]{3}$|\d{2}[/.]\d{4}$|[A-Za-z]{3,9} \d{1,2}, \d{4}|\d{1,2}:\d{2}(:\d{2}(\.\d{3,6})?)?( [AaPp][Mm])?$)(?!\d)/;

/** The outcome of looking for one date format in a column of texts. */
export interface DateDetection {
  /** The format that reads every text, preferred first; undefined when there is none. */
  readonly format?: string;
  /** Another format that reads every text as well: 03/04/2020 is in March or in April. */
  readonly alternative?: string;
  /** When two formats are needed: each with a text that only it reads. */
  readonly conflict?: readonly {
    readonly format: string;
    readonly example: string;
    readonly row: number;
    readonly count: number;
  }[];
}

/**
 * Looks for the one date format of a column.
 *
 * A format is accepted only when it reads every text and writes the same text back.
 */
export function detectDateFormat(texts: readonly (string | null)[]): DateDetection {
  return atOnce(dateFormatInPieces(texts));
}

/** {@link detectDateFormat} in pieces. */
export function* dateFormatInPieces(texts: readonly (string | null)[]): InPieces<DateDetection> {
  const present: { text: string; row: number }[] = [];
  texts.forEach((text, row) => text !== null && present.push({ text: text.trim(), row }));
  if (present.length === 0 || !LOOKS_LIKE_DATE.test(present[0]!.text)) {
    // A stray first cell must not hide a column of dates.
    if (!present.slice(0, 20).some(({ text }) => LOOKS_LIKE_DATE.test(text))) return {};
  }
  const patterns = candidates(present);
  const reads = (pattern: string, text: string): boolean => {
    const format = dateFormat(pattern);
    const ms = format.parse(text);
    return (
      !Number.isNaN(ms) &&
      format.format(ms).toLowerCase() === text.toLowerCase() &&
      plausible(pattern, ms)
    );
  };
  yield;
  const all: string[] = [];
  for (const pattern of patterns)
    if (yield* everyInPieces(present, ({ text }) => reads(pattern, text))) all.push(pattern);
  const format = all[0];
  if (format !== undefined) {
    // "H:mm" reads what "HH:mm" does, to the same times: only another meaning is an alternative.
    for (const other of all.slice(1)) {
      const same = ({ text }: { readonly text: string }): boolean =>
        dateFormat(other).parse(text) === dateFormat(format).parse(text);
      if (!(yield* everyInPieces(present, same))) return { format, alternative: other };
    }
    return { format };
  }
  return yield* conflictOf(present, patterns, reads);
}

/** Eight digits are a date only in a century one could expect. */
function plausible(pattern: string, ms: number): boolean {
  return !pattern.startsWith("YYYYMMDD") || (ms >= Date.UTC(1850, 0) && ms < Date.UTC(2150, 0));
}

function candidates(present: readonly { text: string }[]): string[] {
  const withTime = present.some(({ text }) => /\d:\d{2}/.test(text));
  const zones = new Set(
    present
      .slice(0, 1000)
      .map(({ text }) => (/:\d{2}/.test(text) ? (ZONE.exec(text)?.[0] ?? "") : "")),
  );
  const patterns: string[] = withTime ? [...TIMES] : [];
  if (present.some(({ text }) => /^\d{8}T?\d{4}/.test(text)))
    for (const pattern of BASIC) patterns.push(pattern, `${pattern}'Z'`);
  for (const day of DAYS)
    for (const time of withTime ? ["", ...TIMES] : [""]) {
      if (time === "") patterns.push(day);
      else
        for (const zone of zones)
          for (const gap of [" ", "'T'"])
            patterns.push(`${day}${gap}${time}${zone === "" ? "" : `'${zone}'`}`);
    }
  return patterns;
}

function* conflictOf(
  present: readonly { text: string; row: number }[],
  patterns: readonly string[],
  reads: (pattern: string, text: string) => boolean,
): InPieces<DateDetection> {
  // Greedy cover: the format that reads most, then the one that reads most of the rest. Only formats that read one of
  // the first texts or of a spread over all are worth a pass over everything.
  const stride = Math.max(1, Math.floor(present.length / 100));
  const probes = present.filter((_, i) => i < 100 || i % stride === 0);
  const likely = patterns.filter((format) => probes.some(({ text }) => reads(format, text)));
  let rest = present;
  const used: { format: string; example: string; row: number; count: number }[] = [];
  while (rest.length > 0 && used.length < 4) {
    let best: { format: string; hits: { text: string; row: number }[] } | undefined;
    for (const format of likely) {
      const read = yield* mapInPieces(rest, ({ text }) => reads(format, text));
      const hits = rest.filter((_, i) => read[i]!);
      if (hits.length > (best?.hits.length ?? 0)) best = { format, hits };
    }
    if (best === undefined) break;
    const first = best.hits[0]!;
    used.push({
      format: best.format,
      example: first.text,
      row: first.row,
      count: best.hits.length,
    });
    const read = new Set(best.hits);
    rest = rest.filter((item) => !read.has(item));
  }
  // Dates with a little junk are still a column of mixed types, which is the caller's to report.
  return used.length >= 2 && rest.length <= 0.01 * present.length ? { conflict: used } : {};
}
