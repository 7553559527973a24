/**
 * Dates as text: a format is a pattern of the tokens YYYY, MM, M, DD, D, MMM, HH, mm, ss, SSS and literal characters.
 * All instants are milliseconds since 1970-01-01T00:00:00 on the calendar the text uses; no time zone is applied.
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TOKEN = /YYYY|MMM|MM|M|DD|D|HH|mm|ss|SSS|'[^']*'|[^]/g;

const PATTERN: Readonly<Record<string, string>> = {
  YYYY: "(\\d{4})",
  MMM: "([A-Za-z]{3})",
  MM: "(\\d{2})",
  M: "(\\d{1,2})",
  DD: "(\\d{2})",
  D: "(\\d{1,2})",
  HH: "(\\d{2})",
  mm: "(\\d{2})",
  ss: "(\\d{2})",
  SSS: "(\\d{3})",
};

/** A compiled date format. */
export interface DateFormat {
  readonly pattern: string;
  /** Whether the pattern has hours. */
  readonly hasTime: boolean;
  /** Milliseconds since 1970, or NaN for text that is not a date of this format (or not on the calendar). */
  parse(text: string): number;
  format(ms: number): string;
}

const cache = new Map<string, DateFormat>();

/** Compiles a pattern such as "YYYY-MM-DD", "D MMM YYYY" or "YYYY-MM-DD'T'HH:mm:ss'Z'". */
export function dateFormat(pattern: string): DateFormat {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const tokens = pattern.match(TOKEN) ?? [];
  const fields = tokens.filter((t) => t in PATTERN);
  const source = tokens
    .map((t) => PATTERN[t] ?? literal(t).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"))
    .join("");
  const expression = new RegExp(`^${source}$`);
  const compiled: DateFormat = {
    pattern,
    hasTime: fields.includes("HH"),
    parse(text) {
      const match = expression.exec(text.trim());
      if (match === null) return NaN;
      const part = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 };
      fields.forEach((field, i) => {
        const piece = match[i + 1]!;
        if (field === "YYYY") part.year = Number(piece);
        else if (field === "MMM")
          part.month = 1 + MONTHS.findIndex((m) => m.toLowerCase() === piece.toLowerCase());
        else if (field.startsWith("M")) part.month = Number(piece);
        else if (field.startsWith("D")) part.day = Number(piece);
        else if (field === "HH") part.hour = Number(piece);
        else if (field === "mm") part.minute = Number(piece);
        else if (field === "ss") part.second = Number(piece);
        else part.ms = Number(piece);
      });
      return instantOf(part);
    },
    format(ms) {
      const date = new Date(ms);
      return tokens.map((t) => spell(t, date)).join("");
    },
  };
  cache.set(pattern, compiled);
  return compiled;
}

function literal(token: string): string {
  return token.length > 1 && token.startsWith("'") ? token.slice(1, -1) : token;
}

function instantOf(
  part: Record<"year" | "month" | "day" | "hour" | "minute" | "second" | "ms", number>,
): number {
  const date = new Date(0);
  date.setUTCFullYear(part.year, part.month - 1, part.day);
  // 31 April would roll over to May: refuse it instead.
  if (part.month < 1 || date.getUTCMonth() !== part.month - 1 || date.getUTCDate() !== part.day)
    return NaN;
  if (part.hour > 23 || part.minute > 59 || part.second > 59) return NaN;
  return (
    date.getTime() + part.hour * 3_600_000 + part.minute * 60_000 + part.second * 1000 + part.ms
  );
}

function spell(token: string, date: Date): string {
  const padded = (value: number, width: number): string => String(value).padStart(width, "0");
  switch (token) {
    case "YYYY":
      return padded(date.getUTCFullYear(), 4);
    case "MMM":
      return MONTHS[date.getUTCMonth()]!;
    case "MM":
      return padded(date.getUTCMonth() + 1, 2);
    case "M":
      return String(date.getUTCMonth() + 1);
    case "DD":
      return padded(date.getUTCDate(), 2);
    case "D":
      return String(date.getUTCDate());
    case "HH":
      return padded(date.getUTCHours(), 2);
    case "mm":
      return padded(date.getUTCMinutes(), 2);
    case "ss":
      return padded(date.getUTCSeconds(), 2);
    case "SSS":
      return padded(date.getUTCMilliseconds(), 3);
    default:
      return literal(token);
  }
}

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
  "YYYYMMDD",
  "YYYY-MM",
];
const TIMES = ["", "HH:mm", "HH:mm:ss", "HH:mm:ss.SSS"];
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
const LOOKS_LIKE_DATE =
  /^\s*(\d{1,4}[-/. ][A-Za-z\d]{1,3}[-/. ]\d{1,4}|\d{4}-\d{2}|\d{8}|[A-Za-z]{3} \d{1,2}, \d{4})(?!\d)/;

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
  const all = patterns.filter((pattern) => present.every(({ text }) => reads(pattern, text)));
  if (all[0] !== undefined)
    return { format: all[0], ...(all[1] === undefined ? {} : { alternative: all[1] }) };
  return conflictOf(present, patterns, reads);
}

/** Eight digits are a date only in a century one could expect. */
function plausible(pattern: string, ms: number): boolean {
  return pattern !== "YYYYMMDD" || (ms >= Date.UTC(1850, 0) && ms < Date.UTC(2150, 0));
}

function candidates(present: readonly { text: string }[]): string[] {
  const withTime = present.some(({ text }) => /\d{2}:\d{2}/.test(text));
  const zones = new Set(
    present
      .slice(0, 1000)
      .map(({ text }) => (/:\d{2}/.test(text) ? (ZONE.exec(text)?.[0] ?? "") : "")),
  );
  const patterns: string[] = [];
  for (const day of DAYS)
    for (const time of withTime ? TIMES : [""]) {
      if (time === "") patterns.push(day);
      else
        for (const zone of zones)
          for (const gap of [" ", "'T'"])
            patterns.push(`${day}${gap}${time}${zone === "" ? "" : `'${zone}'`}`);
    }
  return patterns;
}

function conflictOf(
  present: readonly { text: string; row: number }[],
  patterns: readonly string[],
  reads: (pattern: string, text: string) => boolean,
): DateDetection {
  // Greedy cover: the format that reads most, then the one that reads most of the rest.
  let rest = present;
  const used: { format: string; example: string; row: number; count: number }[] = [];
  while (rest.length > 0 && used.length < 4) {
    let best: { format: string; hits: { text: string; row: number }[] } | undefined;
    for (const format of patterns) {
      const hits = rest.filter(({ text }) => reads(format, text));
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
