/**
 * Durations as text: whole numbers of their smallest unit. A pattern has tokens from the largest unit to the smallest, and literal
 * characters (letters in single quotes):
 *
 *   d; h, hh; m, mm; s, ss    days, hours, minutes, seconds; doubled: two digits at least
 *
 * The first is as large as need be, each further one is smaller than a unit of the one before: "h:mm:ss" writes 43:43:05, "h'h' m'm'" 5h 33m.
 * Parts in square brackets are left out where they are 0: "[h'h'] [m'm']" writes 2h 50m, 19h, 45m, and 0m for nothing. "ISO" is PT2H30M: parts that
 * are 0 are left out, and the smallest unit is the second.
 */

/** A compiled duration format. */
export interface DurationFormat {
  /** The number of smallest units, or NaN for text that is no duration of this format. */
  parse(text: string): number;
  format(value: number): string;
}

const TOKEN = /d|hh|h|mm|m|ss|s|'[^']*'|[^a-z]/g;
/** Units of each size, from the largest, with the number of the next smaller unit in each. */
const UNITS = ["d", "h", "m", "s"] as const;
const NEXT: Readonly<Record<string, number>> = { d: 24, h: 60, m: 60 };

/** Formats that are looked for, in order. */
export const DURATIONS = [
  "h:mm:ss",
  "hh:mm:ss",
  "m:ss",
  "mm:ss",
  "h'h' m'm'",
  "h'h' mm'm'",
  "h'h'm'm'",
  "h'h'mm'm'",
  "h'h' m'm' s's'",
  "h'h' mm'm' ss's'",
  "h'h'mm'm'ss's'",
  "h'h'm'm's's'",
  "m'm' s's'",
  "m'm' ss's'",
  "m'm's's'",
  "d'd' h'h'",
  "d'd' hh'h'",
  "d'd' h'h' m'm'",
  "h 'hours' m 'minutes'",
  "h' h 'm' min'",
  "'PT'm'M'",
  "'PT'h'H'",
  "'PT's'S'",
  "'P'd'D'",
  "ISO",
  "[h'h'] [m'm']",
  "[h'h'][m'm']",
  "[h'h'] [m'm'] [s's']",
  "[m'm'] [s's']",
  "[d'd'] [h'h']",
  "[d'd'] [h'h'] [m'm']",
] as const;

const cache = new Map<string, DurationFormat | undefined>();

/** The format of a pattern; undefined for another text. */
export function durationFormat(pattern: string): DurationFormat | undefined {
  if (!cache.has(pattern))
    cache.set(pattern, pattern === "ISO" ? ISO : (withoutZeros(pattern) ?? compiled(pattern)));
  return cache.get(pattern);
}

function compiled(pattern: string): DurationFormat | undefined {
  const tokens = pattern.match(TOKEN) ?? [];
  const fields = tokens.filter((token) => /^[dhms]/.test(token));
  const units = fields.map((field) => UNITS.indexOf(field[0] as "d"));
  const follow = units.every((unit, i) => i === 0 || unit === units[i - 1]! + 1);
  if (tokens.join("") !== pattern || fields.length === 0 || !follow) return undefined;
  const source = tokens
    .map((token) => {
      const at = fields.indexOf(token);
      if (at < 0) return literal(token).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
      const digits = token.length === 2 ? "\\d{2}" : "\\d{1,2}";
      return at === 0 ? (token.length === 2 ? "(\\d{2,9})" : "(\\d{1,9})") : `(${digits})`;
    })
    .join("");
  const expression = new RegExp(`^${source}$`);
  return {
    parse(text) {
      const match = expression.exec(text.trim());
      if (match === null) return NaN;
      let sum = 0;
      for (let i = 0; i < fields.length; i++) {
        const part = Number(match[i + 1]);
        const most = i === 0 ? Infinity : NEXT[fields[i - 1]![0]!]!;
        if (part >= most) return NaN;
        sum = i === 0 ? part : sum * most + part;
      }
      return sum;
    },
    format(value) {
      const parts: number[] = [];
      let rest = Math.max(0, Math.round(value));
      for (let i = fields.length - 1; i > 0; i--) {
        const most = NEXT[fields[i - 1]![0]!]!;
        parts.unshift(rest % most);
        rest = Math.floor(rest / most);
      }
      parts.unshift(rest);
      let at = 0;
      return tokens
        .map((token) =>
          /^[dhms]/.test(token) ? String(parts[at++]).padStart(token.length, "0") : literal(token),
        )
        .join("");
    },
  };
}

/** Parts in brackets, with what stands between them. */
const OPTIONAL_PARTS = /^\[([dhms])'([^']*)'\](?:( ?)\[([dhms])'([^']*)'\])+$/;

/** The format of a pattern whose parts are all in brackets; undefined for another one. */
function withoutZeros(pattern: string): DurationFormat | undefined {
  const shape = OPTIONAL_PARTS.exec(pattern);
  if (shape === null) return undefined;
  const between = shape[3]!;
  const parts = [...pattern.matchAll(/\[([dhms])'([^']*)'\]/g)].map(([, unit, sign]) => ({
    unit: unit!,
    sign: sign!,
  }));
  const whole = compiled(parts.map(({ unit }) => unit).join(":"));
  if (whole === undefined) return undefined;
  const expression = new RegExp(
    `^${parts.map(({ sign }) => `(?:(\\d{1,9})${sign})?`).join(between === "" ? "" : `${between}?`)}$`,
  );
  const format = (value: number): string => {
    const numbers = whole.format(value).split(":");
    const shown = parts.flatMap(({ sign }, i) =>
      numbers[i] === "0" ? [] : [`${numbers[i]!}${sign}`],
    );
    return shown.length === 0 ? `0${parts.at(-1)!.sign}` : shown.join(between);
  };
  return {
    parse(text) {
      const match = expression.exec(text.trim());
      if (match === null || text.trim() === "") return NaN;
      return whole.parse(
        match
          .slice(1)
          .map((part) => part ?? "0")
          .join(":"),
      );
    },
    format,
  };
}

function literal(token: string): string {
  return token.length > 1 && token.startsWith("'") ? token.slice(1, -1) : token;
}

const ISO: DurationFormat = {
  parse(text) {
    const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text.trim());
    if (match === null || /[PT]$/.test(match[0])) return NaN;
    const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
    return ((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!;
  },
  format(value) {
    const total = Math.max(0, Math.round(value));
    const parts = [
      [Math.floor(total / 86_400), "D"],
      [Math.floor(total / 3600) % 24, "H"],
      [Math.floor(total / 60) % 60, "M"],
      [total % 60, "S"],
    ] as const;
    const [days, ...times] = parts.map(([part, unit]) => (part === 0 ? "" : `${part}${unit}`));
    const time = times.join("");
    if (days === "" && time === "") return "PT0S";
    return `P${days}${time === "" ? "" : `T${time}`}`;
  },
};

/** The format that reads every text and writes the same text back. */
export function detectDuration(texts: readonly string[]): string | undefined {
  if (texts.length === 0 || !/^\s*P?T?\d/.test(texts[0]!)) return undefined;
  return DURATIONS.find((pattern) => {
    const { parse, format } = durationFormat(pattern)!;
    return texts.every((text) => {
      const value = parse(text);
      return !Number.isNaN(value) && format(value) === text.trim();
    });
  });
}
