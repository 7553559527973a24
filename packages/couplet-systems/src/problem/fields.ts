/** Schemas of fields that problem files have. */
import * as v from "valibot";
import { record } from "couplet/kit";

/** A finite number. */
export const number: v.GenericSchema<number> = v.pipe(v.number(), v.finite());

/** A finite number above 0. */
export const positive: v.GenericSchema<number> = v.pipe(v.number(), v.finite(), v.gtValue(0));

/** An integer from `least` to `most`. */
export function count(least: number, most = 1_000_000): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

/** Text that is not empty. */
export const name: v.GenericSchema<string> = v.pipe(v.string(), v.nonEmpty());

/** Values from `from` to `to`, both included, in equal steps. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

/** The values of a {@link Range}, or the list itself. */
export function valuesOf(range: Range | readonly number[]): number[] {
  if (!("from" in range)) return [...range];
  const { from, to, points } = range;
  return Array.from({ length: points }, (_, i) =>
    i === points - 1 ? to : from + ((to - from) * i) / Math.max(1, points - 1),
  );
}

/** A list of numbers, or `{ from, to, points }`. */
export const range: v.GenericSchema<Range | readonly number[]> = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(v.array(number), v.minLength(1))
    : record({ from: number, to: number, points: count(1, 10_000) }),
);
