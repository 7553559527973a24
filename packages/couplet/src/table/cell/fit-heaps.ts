/** From values on a grid to the widths of their steps. */
import type { DateUnit, NumericColumnSchema } from "../schema/schema.ts";
import { isDate } from "../schema/schema.ts";
import { columnGrid } from "./column-grid.ts";
import { classCount, classOf, type HeapState } from "./heaped-steps.ts";

/** Fewer rows say little about their last digits, and fewer values keep to themselves. */
const LEAST_ROWS = 50;
const LEAST_VALUES = 31;
/** Rows of a band of magnitudes that has widths of its own. */
const ROWS_OF_BAND = 200;
/** Rows of a class that say how common it is, without the classes above it. */
const ROWS_OF_CLASS = 3;
/** Nats by which widths must be the likelier: in all, for each of them, and for each row. */
const LEAST_GAIN = 20;
const GAIN_PER_WIDTH = 2;
const GAIN_PER_ROW = 0.005;
/** The part of the rows by which multiples of some level must be more than chance. */
const LEAST_EXCESS = 0.03;

/** Numbers of units at which times are rounded, each a multiple of the one before. */
const ROUND_TIMES: Readonly<Record<DateUnit, readonly number[]>> = {
  month: [],
  day: [],
  hour: [24],
  minute: [5, 15, 30, 60, 1440],
  second: [60, 300, 900, 1800, 3600, 86_400],
  millisecond: [1000, 60_000, 300_000, 900_000, 3_600_000, 86_400_000],
  microsecond: [1000, 1_000_000, 60_000_000, 3_600_000_000],
};

/** The multiples of 5, 10, 50, 100 ... (or of minutes, hours) in steps of a column, from 1 on and no more than a quarter of `most`. */
export function heapLevels(schema: NumericColumnSchema, most: number): number[] {
  const levels = [1];
  const add = (level: number): void => {
    const last = levels[levels.length - 1]!;
    if (level > last && level <= most / 4 && level % last === 0) levels.push(level);
  };
  const { resolution: step = 1 } = schema;
  if (isDate(schema)) {
    for (const level of ROUND_TIMES[schema.unit]) if (level % step === 0) add(level / step);
  } else {
    for (let tens = 10 ** Math.floor(Math.log10(step)); tens <= most * step; tens *= 10)
      for (const value of [5 * tens, 10 * tens]) {
        const level = Math.round(value / step);
        if (Math.abs(level * step - value) <= 1e-9 * value) add(level);
      }
  }
  return levels;
}

/**
 * The widths of steps under which the rows are likeliest, by classes of multiples and bands of magnitude: a class's rows over what
 * equal widths would give it. Undefined where equal widths are nearly as good.
 *
 * @param sorted steps of the rows, ascending
 */
export function fitHeaps(sorted: Float64Array, schema: NumericColumnSchema): HeapState | undefined {
  const values = countsOf(sorted);
  const { offset } = columnGrid(schema);
  if (sorted.length < LEAST_ROWS || values.length < LEAST_VALUES || offset !== 0) return undefined;
  const most = values.reduce((greatest, { k }) => Math.max(greatest, k), 0);
  const levels = heapLevels(schema, most);
  if (levels.length === 1) return undefined;
  const places = values.filter(({ k }) => k > 0);
  if (!levels.slice(1).some((level) => excessOf(places, level) >= LEAST_EXCESS)) return undefined;
  const bands = bandsOf(places, levels, isDate(schema) ? [] : decades(schema, most));
  const rows = places.reduce((sum, { count }) => sum + count, 0);
  const gain = bands.reduce((sum, band) => sum + band.gain, 0);
  const least = LEAST_GAIN + GAIN_PER_WIDTH * bands.length * levels.length;
  if (!(gain > Math.max(least, GAIN_PER_ROW * rows))) return undefined;
  return { levels, bands: bands.map(({ from, widths }) => ({ from, widths })) };
}

/** How much more of the rows are multiples of a level than equal widths would give it. */
function excessOf(places: readonly Place[], level: number): number {
  const [rows, multiples] = places.reduce(
    ([all, some], { k, count }) => [all + count, k % level === 0 ? some + count : some],
    [0, 0],
  );
  return multiples / rows - 1 / level;
}

interface Place {
  /** Steps from 0, on either side. */
  readonly k: number;
  readonly count: number;
}

function countsOf(sorted: Float64Array): Place[] {
  const counts = new Map<number, number>();
  for (const k of sorted) counts.set(Math.abs(k), (counts.get(Math.abs(k)) ?? 0) + 1);
  return [...counts].map(([k, count]) => ({ k, count })).sort((a, b) => a.k - b.k);
}

/** Powers of ten in steps: people round large numbers more coarsely. */
function decades(schema: NumericColumnSchema, most: number): number[] {
  const { resolution: step = 1 } = schema;
  const found: number[] = [];
  for (let power = 1; power / step <= most; power *= 10)
    if (power > step && Number.isInteger(power / step)) found.push(power / step);
  return found;
}

interface Band {
  readonly from: number;
  readonly widths: readonly number[];
  readonly gain: number;
}

function bandsOf(
  places: readonly Place[],
  levels: readonly number[],
  cuts: readonly number[],
): Band[] {
  const rowsBetween = (from: number, to: number): number =>
    places.reduce((sum, { k, count }) => sum + (k >= from && k < to ? count : 0), 0);
  const froms = [1];
  for (const cut of cuts) {
    const enough =
      rowsBetween(froms[froms.length - 1]!, cut) >= ROWS_OF_BAND &&
      rowsBetween(cut, Infinity) >= ROWS_OF_BAND;
    if (enough) froms.push(cut);
  }
  return froms.map((from, b) => {
    const to = froms[b + 1] ?? Infinity;
    const own = places.filter(({ k }) => k >= from && k < to);
    // Beyond the last value there is room for as much again: the shares of the classes are those of a whole round.
    const end = to === Infinity ? from + 2 * levels[levels.length - 1]! * from : to;
    const points = levels.map(
      (_, c) => classCount(levels, c, end - 1) - classCount(levels, c, from - 1),
    );
    return { from, ...widthsOf(own, levels, points) };
  });
}

/** @param points number of values of each class in the band */
function widthsOf(
  places: readonly Place[],
  levels: readonly number[],
  points: readonly number[],
): { readonly widths: readonly number[]; readonly gain: number } {
  const rows = levels.map((_, c) => {
    const counts = places.filter(({ k }) => classOf(levels, k) === c).map(({ count }) => count);
    const sum = counts.reduce((total, count) => total + count, 0);
    const largest = Math.max(0, ...counts);
    // One value that has most of its class is a point of mass, and says nothing of the others.
    return counts.length >= 3 && largest > 0.5 * sum ? sum - largest : sum;
  });
  const total = rows.reduce((sum, count) => sum + count, 0);
  const size = points.reduce((sum, count) => sum + count, 0);
  const raw: number[] = [];
  for (let c = 0; c < levels.length; c++) {
    const expected = (total * points[c]!) / size;
    const before = raw[c - 1] ?? 1;
    raw.push(
      points[c] === 0
        ? 1
        : rows[c]! >= ROWS_OF_CLASS
          ? rows[c]! / expected
          : (rows[c]! + 1) / (expected + 1 / before),
    );
  }
  const mean = raw.reduce((sum, width, c) => sum + width * points[c]!, 0) / size;
  const widths = raw.map((width) => width / mean);
  const gain = rows.reduce((sum, count, c) => sum + count * Math.log(widths[c]!), 0);
  return { widths, gain };
}
