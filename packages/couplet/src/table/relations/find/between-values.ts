/** What a column that decides another says of values that no row has: dates of a calendar, numbers within a range. */
import { dateOfIndex } from "../../cell/date-unit.ts";
import { type ModelledColumnSchema, isCategorical, isDate } from "../../schema/schema.ts";

/** Values that are added at most. */
const MOST_ADDED = 4000;

/**
 * The decided values with those of codes in between. Where each value of the column has one range of the child's codes (age -> age group), codes
 * within a range have its value; where weekday, month or month of a year of a date decides the column, dates between have what theirs decides.
 * Otherwise nothing is known of other codes, and nothing is added.
 *
 * @param values from the child's codes to the column's
 */
export function withBetween(
  values: ReadonlyMap<number, number>,
  child: ModelledColumnSchema,
): ReadonlyMap<number, number> {
  const known = [...values.keys()].filter((code) => !Number.isNaN(code)).sort((a, b) => a - b);
  const [first, last] = [known[0]!, known[known.length - 1]!];
  const isWhole = isDate(child) || child.type === "integer";
  if (isCategorical(child) || !isWhole || child.values !== undefined || known.length < 2)
    return values;
  if (last - first > known.length + MOST_ADDED) return values;
  const filled = new Map(values);
  const ofRange = rangesOf(values, known);
  const ofCalendar = isDate(child)
    ? CALENDAR.map((key) => {
        const keyOf = (code: number): number => key(new Date(dateOfIndex(code, child.unit)));
        return byKey(values, known, keyOf);
      }).find((found) => found !== undefined)
    : undefined;
  for (let code = first + 1; code < last; code++) {
    if (filled.has(code)) continue;
    const value = ofCalendar?.(code) ?? ofRange?.(code);
    if (value !== undefined) filled.set(code, value);
  }
  return filled;
}

/** What a calendar says of a date, as a number each. */
const CALENDAR: readonly ((date: Date) => number)[] = [
  (date) => date.getUTCDay(),
  (date) => date.getUTCMonth(),
  (date) => 12 * date.getUTCFullYear() + date.getUTCMonth(),
];

/** The value of a code between two neighbours that agree, where each value has one range; undefined where values come back. */
function rangesOf(
  values: ReadonlyMap<number, number>,
  known: readonly number[],
): ((code: number) => number | undefined) | undefined {
  const ranges: { readonly from: number; to: number; readonly value: number }[] = [];
  for (const code of known) {
    const value = values.get(code)!;
    const last = ranges.at(-1);
    if (last !== undefined && Object.is(last.value, value)) last.to = code;
    else ranges.push({ from: code, to: code, value });
  }
  if (new Set(ranges.map(({ value }) => value)).size < ranges.length) return undefined;
  if (2 * ranges.length > known.length) return undefined;
  return (code) => ranges.find(({ from, to }) => from <= code && code <= to)?.value;
}

/** The value of a code by a key, where all known codes of a key have one value, of two codes at least on average. */
function byKey(
  values: ReadonlyMap<number, number>,
  known: readonly number[],
  keyOf: (code: number) => number,
): ((code: number) => number | undefined) | undefined {
  const found = new Map<number, number>();
  for (const code of known) {
    const [key, value] = [keyOf(code), values.get(code)!];
    if (found.has(key) && !Object.is(found.get(key), value)) return undefined;
    found.set(key, value);
  }
  return 2 * found.size > known.length ? undefined : (code) => found.get(keyOf(code));
}
