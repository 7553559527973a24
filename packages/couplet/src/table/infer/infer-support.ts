/** The values that a column can have: few with gaps between them, a scale that ends, far ones that stand for something else. */
import type { NumericColumnSchema, SentinelLists } from "../schema/schema.ts";
import { type AxisOfCodes, writtenAsSentinel } from "../sentinels.ts";

/** Up to so many different values a column may keep to them. */
const FEW_VALUES = 30;
/** Below so many rows an end or a gap may be chance. */
const LEAST_ROWS = 20;
/** Good and Turing: the share of values seen once is the probability of one never seen. */
const MOST_UNSEEN = 0.01;
/** The same of a range, which fills its gaps. */
const MOST_UNSEEN_OF_RANGE = 0.1;
/** Different values beside an end that it is compared with. */
const NEIGHBOURS = 10;
/** Times as often as its neighbours, and so often at all, an end is a point of mass. */
const HEAVY = 5;
/** So often, and in such a part of the rows, nothing lies beyond a heavy end. */
const LEAST_CAPPED = 10;
const LEAST_CAPPED_SHARE = 0.001;
/** A far value that is not written in nines stands for something when it comes so often. */
const LEAST_FAR = 5;
const LEAST_SENTINEL = 2;

/** The support of a column. */
export interface Support {
  /** Part of a column's schema. */
  readonly schema: Pick<NumericColumnSchema, "values" | "lower" | "upper">;
  readonly reason: string;
}

/** A value with its number of rows. */
type Run = readonly [number, number];

/**
 * Different values with their counts, in order.
 *
 * @param sorted ascending or descending
 * @param most values that are looked for: then the search ends
 */
export function runsOf(sorted: Float64Array, most: number = Infinity): Run[] {
  const runs: [number, number][] = [];
  for (const value of sorted) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last[0] === value) last[1]++;
    else if (runs.length === most) break;
    else runs.push([value, 1]);
  }
  return runs;
}

/**
 * The support of a column of few values (30 different ones at most, each twice on average): these values alone where there are gaps
 * between them, otherwise their range. Gaps may be chance where more than 1 % of the rows have a value that comes once; the ends of the
 * range may be where more than 10 % have. Undefined there, and for other columns.
 *
 * @param sorted ascending
 * @param step the distance of neighbouring values without gaps; undefined where none is known
 */
export function fewValues(sorted: Float64Array, step: number | undefined): Support | undefined {
  const n = sorted.length;
  if (n < LEAST_ROWS) return undefined;
  const runs = runsOf(sorted, FEW_VALUES + 1);
  if (runs.length > FEW_VALUES || runs.length < 2 || runs.length > n / 2) return undefined;
  const values = runs.map(([value]) => value);
  const [low, high] = [values[0]!, values[values.length - 1]!];
  const whole = step !== undefined && (high - low) / step < runs.length - 0.5;
  const once = runs.filter(([, count]) => count === 1).length;
  if (!whole && once <= MOST_UNSEEN * n)
    return { schema: { values }, reason: `${values.length} different values and no others` };
  return step === undefined ? undefined : rangeOfFew(sorted);
}

/**
 * The range of integers of 30 different values at most that repeat, in however few rows: each twice on average, and at most 10 % of the
 * rows have a value that comes once. Undefined for other columns: of 28 salaries that all differ the next one is likely to lie elsewhere.
 *
 * @param sorted ascending
 */
export function rangeOfFew(sorted: Float64Array): Support | undefined {
  const n = sorted.length;
  const runs = runsOf(sorted, FEW_VALUES + 1);
  if (runs.length > FEW_VALUES || runs.length < 2 || runs.length > n / 2) return undefined;
  const once = runs.filter(([, count]) => count === 1).length;
  if (once > MOST_UNSEEN_OF_RANGE * n) return undefined;
  const [lower, upper] = [sorted[0]!, sorted[n - 1]!];
  return { schema: { lower, upper }, reason: `only from ${lower} to ${upper}` };
}

/** An end of a scale. */
export interface HeavyEnd {
  readonly value: number;
  readonly count: number;
  /** Whether nothing lies beyond. */
  readonly capped: boolean;
}

/**
 * The ends of a column that are points of mass: at least 5 rows, and 5 times as many as the ten values beside them have on average,
 * whether those repeat or not. Scales end there: prices that were cut off, hours of at most 99.
 */
export function heavyEnds(sorted: Float64Array): {
  readonly low?: HeavyEnd;
  readonly high?: HeavyEnd;
} {
  if (sorted.length < LEAST_ROWS) return {};
  const low = heavyEnd(runsOf(sorted, NEIGHBOURS + 1), sorted.length);
  const high = heavyEnd(runsOf(sorted.toReversed(), NEIGHBOURS + 1), sorted.length);
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

function heavyEnd([end, ...beside]: readonly Run[], rows: number): HeavyEnd | undefined {
  if (end === undefined || beside.length < 3) return undefined;
  const [value, count] = end;
  const mean = beside.reduce((sum, [, others]) => sum + others, 0) / beside.length;
  if (count < Math.max(HEAVY, HEAVY * mean)) return undefined;
  return { value, count, capped: count >= Math.max(LEAST_CAPPED, LEAST_CAPPED_SHARE * rows) };
}

/**
 * Values at either end that lie further from all others than those lie apart and come again: at least twice where they are written as
 * sentinels are (-999, 9999-12-31), at least 5 times otherwise.
 */
export function farValues(
  sorted: Float64Array,
  schema: AxisOfCodes,
): { readonly lists: SentinelLists; readonly others: Float64Array } | undefined {
  if (sorted.length < LEAST_ROWS) return undefined;
  const runs = runsOf(sorted);
  const below: number[] = [];
  const above: number[] = [];
  const isFar = ([value, count]: Run, next: number, spread: number): boolean =>
    spread > 0 &&
    Math.abs(next - value) > spread &&
    (count >= LEAST_FAR ||
      (count >= LEAST_SENTINEL && writtenAsSentinel(value, schema) !== undefined));
  while (runs.length > 3) {
    const ends = [runs[0]!, runs[1]!, runs[runs.length - 2]!, runs[runs.length - 1]!] as const;
    const [first, second, last, end] = ends;
    if (isFar(end, last[0], last[0] - first[0])) above.unshift(runs.pop()![0]);
    else if (isFar(first, second[0], end[0] - second[0])) below.push(runs.shift()![0]);
    // One at either end: each makes the other look near.
    else if (
      isFar(end, last[0], last[0] - second[0]) &&
      isFar(first, second[0], last[0] - second[0])
    ) {
      above.unshift(runs.pop()![0]);
      below.push(runs.shift()![0]);
    } else break;
  }
  if (below.length + above.length === 0) return undefined;
  const known = new Set([...below, ...above]);
  return {
    lists: {
      ...(below.length === 0 ? {} : { below }),
      ...(above.length === 0 ? {} : { above }),
    },
    others: sorted.filter((value) => !known.has(value)),
  };
}
