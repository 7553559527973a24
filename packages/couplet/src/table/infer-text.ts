/** From a column of strings to what it is. */
import { CoupletError } from "../error.ts";
import { dateFormat, detectDateFormat } from "./date-format.ts";
import { unitOf } from "./date-unit.ts";
import { inferNumber, profileNumbers } from "./infer-number.ts";
import { readNumber } from "./read-number.ts";
import type { ColumnSchema } from "./schema.ts";

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

// Scales whose words say their order. A column matches when its values are a subset.
const SCALES: readonly (readonly string[])[] = [
  ["very low", "low", "medium", "high", "very high"],
  ["low", "mid", "high"],
  ["low", "moderate", "high"],
  ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
  ["tiny", "small", "medium", "large", "huge"],
  ["never", "rarely", "sometimes", "often", "always"],
  ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"],
  ["very poor", "poor", "fair", "good", "very good", "excellent"],
  ["bad", "average", "good"],
  ["first", "second", "third", "fourth", "fifth"],
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
];

/** The schema of a column of strings (missing cells are null already). */
export function inferText(
  name: string,
  texts: readonly (string | null)[],
  mixed: MixedPolicy,
): ColumnSchema {
  const counts = new Map<string, number>();
  let present = 0;
  for (const text of texts) {
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

  const numbers = distinct.filter((text) => !Number.isNaN(readNumber(text)));
  if (numbers.length === distinct.length) return numbersAsText(name, texts, distinct);
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
  const dates = inferDates(name, texts, distinct);
  if (dates !== undefined) return dates;

  const numericRows = numbers.reduce((sum, text) => sum + counts.get(text)!, 0);
  if (distinct.length > 20 && numericRows >= 0.5 * present && mixed === "error")
    throw mixedTypes(name, texts, present - numericRows, present);
  return wordsOf(name, counts, present, missing);
}

function numbersAsText(
  name: string,
  texts: readonly (string | null)[],
  distinct: readonly string[],
): ColumnSchema {
  const eightDigits = distinct.every((text) => /^\d{8}$/.test(text.trim()));
  const dates = eightDigits ? inferDates(name, texts, distinct) : undefined;
  if (dates !== undefined) return dates;
  const values = Float64Array.from(texts, (text) => (text === null ? NaN : readNumber(text)));
  const profile = profileNumbers(values);
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
  const schema = inferNumber(name, profile, "text", fixedDecimals(distinct));
  // 0 and 1 written as text keep their spelling.
  return schema.type === "boolean" ? { ...schema, values: ["0", "1"] } : schema;
}

/** Whether every number is written with the same number of decimals, at least one. */
function fixedDecimals(texts: readonly string[]): boolean {
  const digits = new Set(texts.map((text) => (text.trim().split(".")[1] ?? "").length));
  return digits.size === 1 && !digits.has(0);
}

function booleanValues(distinct: readonly string[]): [string, string] | undefined {
  if (distinct.length !== 2) return undefined;
  for (const [no, yes] of BOOLEANS) {
    const falsy = distinct.find((text) => text.trim().toLowerCase() === no);
    const truthy = distinct.find((text) => text.trim().toLowerCase() === yes);
    if (falsy !== undefined && truthy !== undefined) return [falsy, truthy];
  }
  return undefined;
}

function inferDates(
  name: string,
  texts: readonly (string | null)[],
  distinct: readonly string[],
): ColumnSchema | undefined {
  const found = detectDateFormat(distinct);
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
      hint: 'Write the dates in one format, or declare the column "category" or "text" in the schema.',
    });
  }
  if (found.format === undefined) return undefined;
  const format = dateFormat(found.format);
  const hasDay = found.format.includes("D");
  const unit = hasDay ? unitOf(distinct.map((text) => format.parse(text))) : "month";
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
    transform: distinct.length < 20 ? "standard" : "quantile",
    ...(texts.includes(null) ? { missing: true } : {}),
    reason: `dates written ${found.format}, whole ${unit}s${ambiguous}`,
  };
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
  });
}

function wordsOf(
  name: string,
  counts: ReadonlyMap<string, number>,
  present: number,
  missing: number,
): ColumnSchema {
  const distinct = [...counts.keys()];
  const share = distinct.length / present;
  // Some values must repeat for a category to be worth a name; twice on average is the least.
  if (distinct.length > 20 ? share > 0.5 : share === 1 && present >= 10) {
    const length = distinct.reduce((sum, text) => sum + text.length, 0) / distinct.length;
    const wordy =
      distinct.filter((text) => text.trim().split(/\s+/).length >= 4).length >
      0.5 * distinct.length;
    return share >= 0.9 && !wordy && length <= 60
      ? { name, type: "identifier", reason: `${distinct.length} of ${present} values differ` }
      : {
          name,
          type: "text",
          reason: `long or mostly different texts (${distinct.length} of ${present} values differ)`,
        };
  }
  const byKey = new Map<string, string>();
  for (const text of distinct) if (!byKey.has(text.trim())) byKey.set(text.trim(), text);
  const values = [...byKey.values()];
  const ordered = orderOf(values);
  return {
    name,
    type: ordered === undefined ? "category" : "ordered",
    storage: "text",
    values: ordered ?? values.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1)),
    ...(missing > 0 ? { missing: true } : {}),
    reason:
      ordered === undefined
        ? `${values.length} different values`
        : `${values.length} values that name their order`,
  };
}

/** The order that the values themselves declare: a known scale, or numbers in front ("18-25", "5+ years"). */
function orderOf(values: readonly string[]): string[] | undefined {
  if (values.length < 3) return undefined;
  const word = (text: string): string => text.trim().toLowerCase();
  for (const scale of SCALES)
    if (values.every((text) => scale.includes(word(text))))
      return [...values].sort((a, b) => scale.indexOf(word(a)) - scale.indexOf(word(b)));
  const rank = (text: string): number => {
    const match = /^\s*(<|>)?=?\s*[$€£]?(\d+(?:\.\d+)?)\s*(?:-|–|to\b|\+|$)/.exec(text);
    if (match === null) return NaN;
    const side = match[1] === "<" ? -0.5 : match[1] === ">" ? 0.5 : 0;
    return Number(match[2]) + side;
  };
  // Nothing but digits here means leading zeros: codes, not quantities.
  if (values.every((text) => /^\s*\d+\s*$/.test(text))) return undefined;
  const ranks = values.map(rank);
  if (ranks.some(Number.isNaN) || new Set(ranks).size !== ranks.length) return undefined;
  return [...values].sort((a, b) => rank(a) - rank(b));
}
