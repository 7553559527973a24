/** Columns with sentinels as nodes: what `sentinel-encoder.ts` and `cut-encoder.ts` do with a coordinate that the column's own encoder gave. */
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { LEAST_LOG_MASS } from "../../table/encode/cut-encoder.ts";
import { MOST_LATENT } from "../../table/encode/axis-part.ts";
import { type Interval, interval } from "../../table/encode/interval.ts";
import { boundsBetween, sentinelRanges } from "../../table/encode/sentinel-encoder.ts";
import type { NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import {
  type Ends,
  cdf,
  drawIn,
  logDensity,
  logMassOf,
  measured,
  quantileOfLog,
} from "./normal-nodes.ts";
import { type Coordinate, WHOLE, tabled } from "./numeric-nodes.ts";
import { isOneOf } from "./read-nodes.ts";

/** What is known of a column's sentinels before any row. */
export interface Marks {
  readonly codes: readonly number[];
  readonly ranges: readonly Interval[];
  /** The part of the axis that other values have. */
  readonly others: Interval;
  /** What the bounds between the sentinels leave of the column's own axis; undefined where they leave one value. */
  readonly inner: Interval | undefined;
  readonly low: number;
  readonly high: number;
}

/** @param value the column's encoder without sentinels */
export function marksOf(
  value: ColumnEncoder,
  schema: NumericColumnSchema,
  shares: readonly number[],
): Marks {
  const { marks, others } = sentinelRanges(schema.sentinels ?? {}, shares);
  const [low, high] = boundsBetween(schema, schema.sentinels ?? {});
  const { from, to } = value.between!(low, high);
  const inner = interval(from, to);
  return {
    codes: marks.map(({ code }) => code),
    ranges: marks.map(({ range }) => range),
    others,
    inner: from < to && inner.logMass > LEAST_LOG_MASS ? inner : undefined,
    low,
    high,
  };
}

/** Whether a cell is a sentinel; and its code for the column's own encoder, within the bounds. */
export function besideMarks(
  m: Arithmetic,
  code: string,
  { codes, low, high }: Marks,
): { readonly isMark: string; readonly inner: string } {
  return {
    isMark: isOneOf(m, code, codes),
    inner: m.limit("Min", m.limit("Max", code, low), high),
  };
}

/** The coordinate to draw: a sentinel's interval, or the own one. */
export function markedCoordinate(
  m: Arithmetic,
  own: Coordinate,
  code: string,
  isMark: string,
  { codes, ranges, inner }: Marks,
  schema: NumericColumnSchema,
): Coordinate {
  const places = m.row(codes.map((_, i) => i));
  const isSame = m.g.cast(m.compare("Equal", code, m.row(codes)), "double");
  const mark = tabled(m, ranges, m.g.sum(m.multiply(isSame, places), 1, true));
  const base: Coordinate = inner === undefined ? { isInterval: true, ...WHOLE, extra: 0 } : own;
  const choose = (of: Term, other: Term): string => m.where(isMark, of, other);
  const step = schema.type === "number" ? (schema.resolution ?? 1) : 1;
  return {
    ...base,
    isInterval:
      base.isInterval === true
        ? true
        : base.isInterval === false
          ? isMark
          : m.any(isMark, base.isInterval),
    lower: choose(mark.lower, base.lower),
    upper: choose(mark.upper, base.upper),
    logMass: base.logMass === undefined ? base.logMass : choose(mark.logMass, base.logMass),
    extra: choose(-Math.log(step), base.extra),
  };
}

/**
 * Beside the sentinels: from the whole axis of each column to the part of it that other values have, all columns side by side, [rows, n]. The
 * places, and what is added to the corrections.
 */
export function placedBeside(
  m: Arithmetic,
  z: string,
  all: readonly Marks[],
): { readonly z: string; readonly correction: string } {
  const others = all.map((own) => own.others);
  // Where bounds leave one value its variable says nothing, and has the whole axis.
  const inner = all.map((own) => own.inner ?? interval(-Infinity, Infinity));
  const placed = movedBetween(m, z, inner, others);
  const logMass = (ranges: readonly Interval[]): string =>
    m.row(ranges.map((range) => range.logMass));
  return {
    z: placed,
    correction: m.add(
      m.subtract(logDensity(m, z), logDensity(m, placed)),
      m.subtract(logMass(others), logMass(inner)),
    ),
  };
}

/** From one part of each column's axis to another, so that a standard normal cut off at the ends of the one becomes one at those of the other. */
export function movedBetween(
  m: Arithmetic,
  z: string,
  from: readonly Interval[],
  to: readonly Interval[],
): string {
  const row = (ranges: readonly Interval[], of: "lower" | "upper" | "logMass"): string =>
    m.row(ranges.map((range) => range[of]));
  const none = m.multiply(z, 0);
  const whole = stretched(
    m,
    z,
    {
      lower: m.add(none, row(from, "lower")),
      upper: m.add(none, row(from, "upper")),
      logMass: row(from, "logMass"),
    },
    from.length,
  );
  return shrunk(m, whole, { lower: row(to, "lower"), upper: row(to, "upper") }, to.length);
}

/**
 * `AxisPart.stretch` and `insideAxis`: from parts of axes to whole ones, [rows, n].
 *
 * @param range the ends of the parts, [rows, n], and the logarithm of the mass between them
 */
export function stretched(
  m: Arithmetic,
  z: string,
  { lower, upper, logMass }: Ends & { readonly logMass: string },
  count: number,
): string {
  // What lies below z and what lies above it; the smaller one keeps its digits.
  const ends = { lower: m.beside([lower, z]), upper: m.beside([z, upper]) };
  const masses = logMassOf(m, measured(m, ends, 2 * count));
  const half = (i: number): string =>
    m.subtract(m.g.slice(masses, 1, i * count, (i + 1) * count), logMass);
  const [below, above] = [half(0), half(1)];
  const isLow = m.compare("LessOrEqual", below, above);
  const low = quantileOfLog(m, m.where(isLow, below, above));
  const outer = m.where(isLow, low, m.of("Neg", low));
  return m.limit("Min", m.limit("Max", outer, -MOST_LATENT), MOST_LATENT);
}

/** `AxisPart.shrink`: from whole axes to parts of them, [rows, n]. */
export function shrunk(m: Arithmetic, z: string, ends: Ends, count: number): string {
  return drawIn(m, measured(m, ends, count), cdf(m, z).mass);
}
