/** The steps that a column's values come in. */
import { roundTo } from "./read-number.ts";
import type { NumericColumnSchema } from "../schema/schema.ts";

/** Digits of a step that survive the sum of an offset and many steps in a double. */
const STEP_DIGITS = 12;
/** A bound this near to a value of the grid, in steps, is that value: both were rounded. */
const NEAR = 1e-3;

/** Values `offset + k step` for whole k. */
export interface ColumnGrid {
  readonly step: number;
  readonly offset: number;
  /** The first and the last k that the bounds allow. */
  readonly first: number;
  readonly last: number;
  /** The k nearest to a value. */
  indexOf(value: number): number;
  /** Where a value lies between the k: an integer for a value of the grid, rounding errors aside. */
  placeOf(value: number): number;
  /** The value of k, without the rounding errors of the sum, and not beyond a bound by them. */
  valueAt(k: number): number;
}

/** The grid of a column: its list of values; integers and dates, and the multiples of a `resolution`, from `offset` on. */
export function columnGrid(schema: NumericColumnSchema): ColumnGrid {
  if (schema.values !== undefined) return listedGrid(schema.values, schema);
  const { resolution: step = 1 } = schema;
  const offset = schema.type === "integer" ? 0 : (schema.offset ?? 0);
  const { lower = -Infinity, upper = Infinity } = schema;
  const [first, last] = [
    Math.ceil((lower - offset) / step - NEAR),
    Math.floor((upper - offset) / step + NEAR),
  ];
  const decimals = schema.type === "number" ? (schema.decimals ?? decimalsOfStep(step)) : 0;
  return {
    step,
    offset,
    first,
    last,
    indexOf: (value) => Math.round((value - offset) / step),
    placeOf(value) {
      const place = (value - offset) / step;
      const nearest = Math.round(place);
      return Math.abs(place - nearest) < NEAR ? nearest : place;
    },
    valueAt(k) {
      // + 0: rounding from below zero gives -0, which no table holds.
      if (step === 1 && offset === 0) return k + 0;
      const value = roundTo(offset + k * step, decimals) + 0;
      return k < first || k > last ? value : Math.min(upper, Math.max(lower, value));
    },
  };
}

/** Decimals that values in such steps have at most. */
export function decimalsOfStep(step: number): number {
  return Math.max(0, STEP_DIGITS + Math.ceil(-Math.log10(step)));
}

/** A list of values, ascending: k counts in it, and values between two of them have probability 0. */
function listedGrid(values: readonly number[], schema: NumericColumnSchema): ColumnGrid {
  const last = values.length - 1;
  const near = listTolerance(values);
  /** The first k whose value is not below. */
  const firstFrom = (value: number): number => {
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[middle]! < value - near) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    step: schema.resolution ?? smallestGap(values),
    offset: 0,
    first: 0,
    last,
    indexOf(value) {
      const k = firstFrom(value);
      if (k === 0 || k > last) return Math.min(k, last);
      return value - values[k - 1]! < values[k]! - value ? k - 1 : k;
    },
    placeOf(value) {
      const k = firstFrom(value);
      return k <= last && Math.abs(values[k]! - value) <= near ? k : k - 0.5;
    },
    valueAt: (k) => values[Math.min(last, Math.max(0, k))]!,
  };
}

/** How far from a value of a list a number may lie and still be that value. */
export function listTolerance(values: readonly number[]): number {
  return NEAR * smallestGap(values);
}

function smallestGap(values: readonly number[]): number {
  return values.slice(1).reduce((least, value, i) => Math.min(least, value - values[i]!), Infinity);
}
