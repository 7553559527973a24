/**
 * Dates as text: a format is a pattern of these tokens and of literal characters (letters in single quotes):
 *
 *   YYYY, YY      year; two digits mean 1969 to 2068, as in POSIX
 *   MM, M         month; MMM and MMMM its English name, short and long
 *   DD, D         day of the month
 *   HH, H         hour; hh, h and A for a twelve-hour clock with AM or PM
 *   mm, ss        minute, second
 *   SSS, SSSSSS   thousandths and millionths of a second
 *
 * "X" alone is the number of seconds since 1970, "x" that of milliseconds.
 *
 * All instants are milliseconds since 1970-01-01T00:00:00 on the calendar the text uses; no time zone is applied.
 */

// prettier-ignore
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const TOKEN = /YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|A|mm|ss|SSSSSS|SSS|'[^']*'|[^]/g;

const PATTERN: Readonly<Record<string, string>> = {
  YYYY: "(\\d{4})",
  YY: "(\\d{2})",
  MMMM: "([A-Za-z]{3,9})",
  MMM: "([A-Za-z]{3})",
  MM: "(\\d{2})",
  M: "(\\d{1,2})",
  DD: "(\\d{2})",
  D: "(\\d{1,2})",
  HH: "(\\d{2})",
  H: "(\\d{1,2})",
  hh: "(\\d{2})",
  h: "(\\d{1,2})",
  A: "([AaPp][Mm])",
  mm: "(\\d{2})",
  ss: "(\\d{2})",
  SSS: "(\\d{3})",
  SSSSSS: "(\\d{6})",
};

/** A compiled date format. */
export interface DateFormat {
  readonly pattern: string;
  /** Whether the pattern has hours. */
  readonly hasTime: boolean;
  /** Whether the pattern has a date; a time of day alone is read as of 1970-01-01. */
  readonly hasDate: boolean;
  /** Milliseconds since 1970, or NaN for text that is not a date of this format (or not on the calendar). */
  parse(text: string): number;
  format(ms: number): string;
}

const cache = new Map<string, DateFormat>();

/** Compiles a pattern such as "YYYY-MM-DD", "D MMM YYYY", "h:mm A" or "YYYY-MM-DD'T'HH:mm:ss'Z'". */
export function dateFormat(pattern: string): DateFormat {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const scale = unixScale(pattern);
  if (scale !== undefined) {
    const unix = unixFormat(pattern, scale);
    cache.set(pattern, unix);
    return unix;
  }
  const tokens = pattern.match(TOKEN) ?? [];
  const fields = tokens.filter((t) => t in PATTERN);
  const source = tokens
    .map((t) => PATTERN[t] ?? literal(t).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"))
    .join("");
  const expression = new RegExp(`^${source}$`);
  const compiled: DateFormat = {
    pattern,
    hasTime: fields.some((field) => /^[Hh]/.test(field)),
    hasDate: fields.some((field) => /^[YMD]/.test(field)),
    parse(text) {
      const match = expression.exec(text.trim());
      if (match === null) return NaN;
      const part: Parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 };
      fields.forEach((field, i) => READ[field]!(part, match[i + 1]!));
      return instantOf(part);
    },
    format(ms) {
      // Whole milliseconds, downwards: a Date would cut towards 1970.
      const date = new Date(Math.floor(ms));
      const rest = Math.round(1000 * (ms - Math.floor(ms)));
      return tokens.map((t) => spellToken(t, date, rest)).join("");
    },
  };
  cache.set(pattern, compiled);
  return compiled;
}

/** Milliseconds of the unit that a pattern counts since 1970; undefined for patterns of dates. */
export function unixScale(pattern: string | undefined): number | undefined {
  return pattern === "X" ? 1000 : pattern === "x" ? 1 : undefined;
}

function unixFormat(pattern: string, scale: number): DateFormat {
  return {
    pattern,
    hasTime: true,
    hasDate: true,
    parse: (text) => (/^-?\d{1,14}$/.test(text.trim()) ? scale * Number(text) : NaN),
    format: (ms) => String(Math.floor(ms / scale)),
  };
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Whether the hour is past noon on a twelve-hour clock; absent on the other. */
  afternoon?: boolean;
}

/** NaN for a name that is no month. */
function monthOf(name: string, length: number): number {
  const found = MONTHS.findIndex((m) => m.slice(0, length).toLowerCase() === name.toLowerCase());
  return found < 0 ? NaN : found + 1;
}

const READ: Readonly<Record<string, (part: Parts, text: string) => void>> = {
  YYYY: (part, text) => void (part.year = Number(text)),
  YY: (part, text) => void (part.year = Number(text) + (Number(text) < 69 ? 2000 : 1900)),
  MMMM: (part, text) => void (part.month = monthOf(text, 9)),
  MMM: (part, text) => void (part.month = monthOf(text, 3)),
  MM: (part, text) => void (part.month = Number(text)),
  M: (part, text) => void (part.month = Number(text)),
  DD: (part, text) => void (part.day = Number(text)),
  D: (part, text) => void (part.day = Number(text)),
  HH: (part, text) => void (part.hour = Number(text)),
  H: (part, text) => void (part.hour = Number(text)),
  hh: (part, text) => void (part.hour = Number(text)),
  h: (part, text) => void (part.hour = Number(text)),
  A: (part, text) => void (part.afternoon = text.toLowerCase() === "pm"),
  mm: (part, text) => void (part.minute = Number(text)),
  ss: (part, text) => void (part.second = Number(text)),
  SSS: (part, text) => void (part.ms = Number(text)),
  SSSSSS: (part, text) => void (part.ms = Number(text) / 1000),
};

function literal(token: string): string {
  return token.length > 1 && token.startsWith("'") ? token.slice(1, -1) : token;
}

function instantOf(part: Parts): number {
  const date = new Date(0);
  date.setUTCFullYear(part.year, part.month - 1, part.day);
  // 31 April would roll over to May: refuse it instead.
  if (!(part.month >= 1) || date.getUTCMonth() !== part.month - 1 || date.getUTCDate() !== part.day)
    return NaN;
  const hour = hourOf(part);
  if (!(hour <= 23) || part.minute > 59 || part.second > 59) return NaN;
  return date.getTime() + hour * 3_600_000 + part.minute * 60_000 + part.second * 1000 + part.ms;
}

function hourOf({ hour, afternoon }: Parts): number {
  if (afternoon === undefined) return hour;
  return hour < 1 || hour > 12 ? NaN : (hour % 12) + (afternoon ? 12 : 0);
}

function spellToken(token: string, date: Date, microseconds: number): string {
  const padded = (value: number, width: number): string => String(value).padStart(width, "0");
  const twelve = ((date.getUTCHours() + 11) % 12) + 1;
  switch (token) {
    case "YYYY":
      return padded(date.getUTCFullYear(), 4);
    case "YY":
      return padded(date.getUTCFullYear() % 100, 2);
    case "MMMM":
      return MONTHS[date.getUTCMonth()]!;
    case "MMM":
      return MONTHS[date.getUTCMonth()]!.slice(0, 3);
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
    case "H":
      return String(date.getUTCHours());
    case "hh":
      return padded(twelve, 2);
    case "h":
      return String(twelve);
    case "A":
      return date.getUTCHours() < 12 ? "AM" : "PM";
    case "mm":
      return padded(date.getUTCMinutes(), 2);
    case "ss":
      return padded(date.getUTCSeconds(), 2);
    case "SSS":
      return padded(date.getUTCMilliseconds(), 3);
    case "SSSSSS":
      return padded(date.getUTCMilliseconds() * 1000 + microseconds, 6);
    default:
      return literal(token);
  }
}

/** The instants that a format can write so that it reads the same back: [first, last], in milliseconds. */
export function writableRange(pattern: string): readonly [number, number] {
  const { hasDate } = dateFormat(pattern);
  if (unixScale(pattern) !== undefined) return [yearStart(0), yearStart(10_000) - 1];
  if (!hasDate) return [0, 86_399_999];
  if (pattern.includes("YYYY")) return [yearStart(0), yearStart(10_000) - 1];
  return pattern.includes("YY") ? [yearStart(1969), yearStart(2069) - 1] : [0, yearStart(1971) - 1];
}

function yearStart(year: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime();
}
