/** Numbers and dates that stand for "no value": -999, 99999, 9999-12-31. */
import { dateOfIndex } from "./cell/date-unit.ts";
import type { DateUnit, NumericColumnSchema } from "./schema/schema.ts";

/** A value that looks like a missing cell. */
export interface Sentinel {
  /** The value's code: the number, or units since 1970. */
  readonly code: number;
  readonly count: number;
  /** The value as people write it: -999, 9999-12-31. */
  readonly text: string;
}

/** Days that databases write for "never" and "unknown". */
const DAYS: ReadonlySet<string> = new Set(["9999-12-31", "2999-12-31", "1900-01-01", "0001-01-01"]);

/**
 * The least and the greatest value of a column, where they are written in nines alone (-99, 999, 9999.9) or are a day such as
 * 9999-12-31, and lie further from all other values than those lie apart: an age of 99 among ages is none.
 *
 * @param sorted codes, ascending, none missing
 */
export function sentinels(sorted: Float64Array, schema: NumericColumnSchema): Sentinel[] {
  const found: Sentinel[] = [];
  let [from, to] = [0, sorted.length];
  // From either end, as often as one is found: -9999 may hide -999.
  for (let side = 0, idle = 0; idle < 2 && to - from > 2; side = 1 - side) {
    const code = sorted[side === 0 ? from : to - 1]!;
    const count = equalFrom(sorted, side === 0 ? from : to - 1, side === 0 ? 1 : -1, from, to);
    const [first, last] = side === 0 ? [from + count, to] : [from, to - count];
    const text = writtenAsSentinel(code, schema);
    const spread = last > first ? sorted[last - 1]! - sorted[first]! : 0;
    const gap =
      last > first ? Math.abs(side === 0 ? sorted[first]! - code : code - sorted[last - 1]!) : 0;
    if (text !== undefined && spread > 0 && gap > spread) {
      found.push({ code, count, text });
      [from, to] = [first, last];
      idle = 0;
    } else idle++;
  }
  return found;
}

function equalFrom(
  sorted: Float64Array,
  start: number,
  step: 1 | -1,
  from: number,
  to: number,
): number {
  let count = 0;
  for (let i = start; i >= from && i < to && sorted[i] === sorted[start]; i += step) count++;
  return count;
}

/** What a column's codes are: numbers, or units since 1970. */
export type AxisOfCodes =
  | { readonly type: "number" | "integer" }
  | { readonly type: "date" | "datetime"; readonly unit: DateUnit };

/** The value as text, if it is one that stands for no value. */
export function writtenAsSentinel(code: number, schema: AxisOfCodes): string | undefined {
  if (!("unit" in schema)) {
    const text = String(code);
    return /^-?9{2,}(\.9+)?$/.test(text) ? text : undefined;
  }
  const ms = dateOfIndex(code, schema.unit);
  if (!(Math.abs(ms) <= 8.64e15)) return undefined;
  const day = new Date(ms).toISOString().slice(0, 10);
  // A month has no day: 9999-12.
  const isSentinel =
    schema.unit === "month"
      ? [...DAYS].some((known) => known.slice(0, 7) === day.slice(0, 7))
      : DAYS.has(day);
  return isSentinel ? (schema.unit === "month" ? day.slice(0, 7) : day) : undefined;
}
