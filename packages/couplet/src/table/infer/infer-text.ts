/** From a column of strings to what it is. */
import { CoupletError } from "../../error.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { everyInPieces, mapInPieces } from "../../threads/map-in-pieces.ts";
import { dateIndex, unitOf } from "../cell/date-unit.ts";
import { dateFormat, writableRange } from "../cell/date-format.ts";
import { dateSupport, inferUnixTimes, isTimeName, stepReason } from "./infer-dates.ts";
import { dateFormatInPieces } from "./detect-date-format.ts";
import { inferNumber } from "./infer-number.ts";
import { MOST_ROUND } from "./integer-codes.ts";
import { profileNumbers } from "./number-profile.ts";
import { inferWords } from "./infer-words.ts";
import { detectNumberFormat, showNumberFormat, formattedReader } from "../cell/number-format.ts";
import type { NumberFormat } from "../schema/schema.ts";
import { readNumber } from "../cell/read-number.ts";
import type { ColumnSchema } from "../schema/schema.ts";

/** How to treat a column that is partly numbers and partly words. */
export type MixedPolicy = "error" | "category";

const BOOLEANS: readonly (readonly [string, string])[] = [
  ["false", "true"],
  ["no", "yes"],
  ["n", "y"],
  ["f", "t"],
  ["off", "on"],
  ["0", "1"],
];

/** Up to this many different texts, "36 months" and "60 months" are better taken as words. */
const FEW_WORDS = 10;
/** Up to this many different texts, numbers among words are codes. */
const MOST_MIXED = 20;

/** Cells between two yields: a few milliseconds. */
const PIECE = 16_384;

/** The schema of a column of strings (missing cells are null already); in pieces. */
export function* inferText(
  name: string,
  texts: readonly (string | null)[],
  mixed: MixedPolicy,
): InPieces<ColumnSchema> {
  const counts = new Map<string, number>();
  let present = 0;
  for (const [row, text] of texts.entries()) {
    if (row % PIECE === PIECE - 1) yield;
    if (text === null) continue;
    present++;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const missing = texts.length - present;
  const distinct = [...counts.keys()];
  if (distinct.length === 0)
    return {
      name,
      type: "constant",
      storage: "text",
      value: null,
      reason: "every cell is missing",
    };
  if (distinct.length === 1 && missing === 0)
    return {
      name,
      type: "constant",
      storage: "text",
      value: distinct[0]!,
      reason: "the same value in every row",
    };

  yield;
  const codes =
    !areTimes(name, distinct) &&
    (areCodes(name, distinct) || (yield* areRepeatedCodes(distinct, present)));
  yield;
  const asNumbers = codes ? [] : yield* mapInPieces(distinct, readNumber);
  const numbers = distinct.filter((_, i) => !Number.isNaN(asNumbers[i] ?? NaN));
  yield;
  if (numbers.length === distinct.length) return yield* numbersAsText(name, texts, distinct);
  const truth = booleanValues(distinct);
  if (truth !== undefined)
    return {
      name,
      type: "boolean",
      storage: "text",
      values: truth,
      ...(missing > 0 ? { missing: true } : {}),
      reason: `only ${truth.join(" and ")}`,
    };
  const dates = yield* inferDates(name, texts, distinct);
  if (dates !== undefined) return dates;

  yield;
  const numberFormat = codes ? undefined : detectNumberFormat(distinct);
  const isFew = distinct.length <= FEW_WORDS;
  if (numberFormat !== undefined && !(isFew && areWords(numberFormat)))
    return yield* numbersAsText(name, texts, distinct, numberFormat);

  const numericRows = numbers.reduce((sum, text) => sum + counts.get(text)!, 0);
  if (distinct.length > MOST_MIXED && numericRows >= 0.5 * present && mixed === "error")
    throw mixedTypes(name, texts, present - numericRows, present);
  return yield* inferWords(name, counts, present, missing);
}

/** Whether a few texts are words rather than numbers: "36 months" is, "7%" and "$5" are rates and amounts, which others are computed with. */
function areWords({ prefix = "", suffix = "", decimal }: NumberFormat): boolean {
  const affixes = `${prefix}${suffix}`.trim();
  return affixes === "" ? decimal === undefined : !/^(?:[A-Z]{0,3}\p{Sc}|%)$/u.test(affixes);
}

/** Whether digits are times since 1970: 1700000040 has no round digits and repeats, as codes do. */
function areTimes(name: string, distinct: readonly string[]): boolean {
  if (!isTimeName(name) || !distinct.every((text) => /^\s*-?\d{1,16}\s*$/.test(text))) return false;
  return inferUnixTimes(name, Float64Array.from(distinct, Number), "text") !== undefined;
}

/**
 * Whether digits are keys or postcodes here: a zero in front means nothing in a number, of more digits than a double holds (account
 * numbers) the last would be lost, and numbers of so many digits throughout (cards, devices) are no quantities, unless
 * they count microseconds.
 */
function areCodes(name: string, distinct: readonly string[]): boolean {
  return (
    (distinct.some((text) => /^\s*0\d+\s*$/.test(text) || losesDigits(text)) &&
      distinct.every((text) => !/^\s*[+-]?\d*\.\d*\s*$/.test(text))) ||
    (!isTimeName(name) &&
      distinct.every((text) => LONG_CODE.test(text.trim())) &&
      !areRound(distinct))
  );
}

/** As many digits as a device's number has; a card's has one more. */
const LONG_CODE = /^[1-9]\d{14,}$/;

/** Digits of a code have no quantity; those of a price end in zeros. */
const LEAST_CODE_DIGITS = 5;

/**
 * Whether numbers of one width, five digits or more, that repeat twice on average, are codes (10115, 94103): not where half of the
 * different ones are multiples of 100, as amounts that repeat are.
 */
function* areRepeatedCodes(distinct: readonly string[], present: number): InPieces<boolean> {
  const width = distinct[0]!.trim().length;
  if (width < LEAST_CODE_DIGITS || distinct.length < 3 || 2 * distinct.length > present)
    return false;
  const pattern = new RegExp(`^[1-9]\\d{${width - 1}}$`);
  if (!distinct.every((text) => pattern.test(text.trim()))) return false;
  if (areRound(distinct) || isDense(distinct)) return false;
  // Days written together are dates.
  return (yield* dateFormatInPieces(distinct)).format === undefined;
}

/** Whether half of the numbers are multiples of 100. */
function areRound(distinct: readonly string[]): boolean {
  const rounded = distinct.filter((text) => text.trim().endsWith("00")).length;
  return rounded >= MOST_ROUND * distinct.length;
}

/** Whether most numbers of a range are there: a count, not a list of codes. */
function isDense(distinct: readonly string[]): boolean {
  const numbers = distinct.map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return 2 * distinct.length > high - low;
}

function losesDigits(text: string): boolean {
  const digits = text.trim();
  return /^[1-9]\d{15,}$/.test(digits) && BigInt(digits) > Number.MAX_SAFE_INTEGER;
}

function* numbersAsText(
  name: string,
  texts: readonly (string | null)[],
  distinct: readonly string[],
  numberFormat?: NumberFormat,
): InPieces<ColumnSchema> {
  const read = numberFormat === undefined ? readNumber : formattedReader(numberFormat);
  const eightDigits = yield* everyInPieces(distinct, (text) => /^\d{8}(\d{6})?$/.test(text.trim()));
  const dates = eightDigits ? yield* inferDates(name, texts, distinct) : undefined;
  if (dates !== undefined) return dates;
  const values = Float64Array.from(
    yield* mapInPieces(texts, (text) => (text === null ? NaN : read(text))),
  );
  yield;
  const times = numberFormat === undefined ? inferUnixTimes(name, values, "text") : undefined;
  if (times !== undefined) return times;
  yield;
  const profile = yield* profileNumbers(values);
  if (profile.distinct === 1) {
    const constant = profile.missing === 0 && distinct.length === 1;
    return constant
      ? {
          name,
          type: "constant",
          storage: "text",
          value: distinct[0]!,
          reason: "the same value in every row",
        }
      : {
          name,
          type: "category",
          storage: "text",
          values: [distinct[0]!],
          missing: profile.missing > 0,
          reason: "one value and missing cells",
        };
  }
  const written = writtenDecimals(distinct, numberFormat);
  yield;
  const schema = yield* inferNumber(name, profile, "text", written);
  if (numberFormat !== undefined && (schema.type === "number" || schema.type === "integer"))
    return {
      ...schema,
      numberFormat,
      reason: `${schema.reason}; written like ${showNumberFormat(numberFormat, schema.type === "integer")}`,
    };
  // 0 and 1 written as text keep their spelling.
  return schema.type === "boolean" ? { ...schema, values: ["0", "1"] } : schema;
}

/** The decimals that every number is written with, zeros at the end among them; 0 where they differ. */
export function writtenDecimals(texts: readonly string[], numberFormat?: NumberFormat): number {
  const { decimal = ".", suffix = "" } = numberFormat ?? {};
  if (numberFormat === undefined && texts.some((text) => /e/i.test(text))) return 0;
  const digits = new Set(
    texts.map((text) => {
      const trimmed = text.trim();
      return (trimmed.slice(0, trimmed.length - suffix.length).split(decimal)[1] ?? "").length;
    }),
  );
  return digits.size === 1 ? [...digits][0]! : 0;
}

export function booleanValues(distinct: readonly string[]): [string, string] | undefined {
  if (distinct.length !== 2) return undefined;
  for (const [no, yes] of BOOLEANS) {
    const falsy = distinct.find((text) => text.trim().toLowerCase() === no);
    const truthy = distinct.find((text) => text.trim().toLowerCase() === yes);
    if (falsy !== undefined && truthy !== undefined) return [falsy, truthy];
  }
  return undefined;
}

/** The schema of a column of dates as text; undefined for others. In pieces. */
export function* inferDates(
  name: string,
  texts: readonly (string | null)[],
  distinct: readonly string[],
): InPieces<ColumnSchema | undefined> {
  const found = yield* dateFormatInPieces(distinct);
  if (found.conflict !== undefined) {
    const shown = found.conflict.map(
      (c) =>
        `${JSON.stringify(c.example)} (${c.format}, row ${texts.indexOf(distinct[c.row]!) + 1}, ${c.count} different)`,
    );
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `column ${JSON.stringify(name)}`,
      expected: "dates in one format",
      received: shown.join(" and "),
      hint: onlyZonesDiffer(found.conflict)
        ? 'Convert them to one time zone, or declare the column "category" or "text" in the schema.'
        : 'Write the dates in one format, or declare the column "category" or "text" in the schema.',
      remedy: "column-type",
    });
  }
  if (found.format === undefined) return undefined;
  const format = dateFormat(found.format);
  const monthsOnly = format.hasDate && !found.format.includes("D");
  const unit = monthsOnly
    ? "month"
    : unitOf(yield* mapInPieces(distinct, (text) => format.parse(text)));
  // A day has ends; a calendar has none worth a hard bound.
  const bounds = format.hasDate
    ? {}
    : { lower: 0, upper: dateIndex(writableRange(found.format)[1], unit) };
  const codes = Float64Array.from(
    yield* mapInPieces(texts, (text) =>
      text === null ? NaN : dateIndex(format.parse(text), unit),
    ),
  );
  const { resolution, offset, ...lists } = dateSupport(codes, unit);
  // A day has few hours, and a list of those of the rows would say that there are no others.
  const support = {
    ...(format.hasDate ? lists : {}),
    ...(resolution === undefined ? {} : { resolution }),
    ...(offset === undefined ? {} : { offset }),
  };
  const ambiguous =
    found.alternative === undefined
      ? ""
      : `; ${found.alternative} would read them too: edit "format" if that is meant`;
  return {
    name,
    type: format.hasTime ? "datetime" : "date",
    storage: "text",
    format: found.format,
    unit,
    transform:
      distinct.length < 20 && format.hasDate && Object.keys(support).length === 0
        ? "standard"
        : "quantile",
    ...bounds,
    ...support,
    ...(texts.includes(null) ? { missing: true } : {}),
    reason: `${format.hasDate ? "dates" : "times"} written ${found.format}, whole ${unit}s${stepReason(support)}${ambiguous}`,
  };
}

function onlyZonesDiffer(conflict: readonly { readonly format: string }[]): boolean {
  return (
    new Set(conflict.map(({ format }) => format.replace(/'(?:Z|[+-][\d:]+)'$/, ""))).size === 1
  );
}

function mixedTypes(
  name: string,
  texts: readonly (string | null)[],
  words: number,
  present: number,
): CoupletError {
  const shown: string[] = [];
  const seen = new Set<string>();
  for (const [row, text] of texts.entries()) {
    if (text === null || !Number.isNaN(readNumber(text)) || seen.has(text)) continue;
    seen.add(text);
    shown.push(`row ${row + 1}: ${JSON.stringify(text.slice(0, 40))}`);
    if (shown.length === 4) break;
  }
  return new CoupletError({
    code: "DATA_INVALID",
    where: `column ${JSON.stringify(name)}`,
    expected: "only numbers, since most cells are numbers",
    received: `${words} of ${present} cells that are not (${shown.join(", ")})`,
    hint: 'If these mean a missing value, add the spelling to the missing values; or declare the column a "category" in the schema.',
    remedy: "missing-values",
  });
}
