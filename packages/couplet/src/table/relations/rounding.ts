/** How a computed number is written in its column. */
import { roundTo } from "../cell/read-number.ts";
import type { Rounding } from "../schema/relation.ts";
import { type ModelledColumnSchema, isDate } from "../schema/schema.ts";

/** Digits that a double holds for sure. */
const SURE_DIGITS = 15;

/** A number as its column writes it: rounded to the column's decimals, or as it is where it has none. */
export function asWritten(
  schema: ModelledColumnSchema,
  value: number,
  rounding: Rounding = "half-up",
): number {
  const decimals = decimalsIn(schema);
  // + 0: rounding from below zero gives -0, which no table holds.
  if (decimals === undefined) return value + 0;
  if (rounding === "binary") return roundTo(value, decimals) + 0;
  if (rounding === "binary-even") return roundedDouble(value, decimals) + 0;
  const scaled = withoutNoise(withoutNoise(value) * 10 ** decimals);
  const below = Math.floor(scaled);
  const up =
    scaled - below === 0.5 ? rounding === "half-up" || below % 2 !== 0 : scaled - below > 0.5;
  return roundTo((up ? below + 1 : below) / 10 ** decimals, decimals) + 0;
}

/** The double as it is, rounded; where it is a half (0.125 to two decimals), to the even digit. */
function roundedDouble(value: number, decimals: number): number {
  // Such halves are odd multiples of 2^-(d + 1): 10^d of one is odd * 5^d / 2. Doubles multiply with powers of two exactly.
  const odd = Math.abs(value) * 2 ** (decimals + 1);
  if (odd % 2 !== 1) return roundTo(value, decimals);
  const below = Math.floor((odd * 5 ** decimals) / 2);
  return roundTo((Math.sign(value) * (below + (below % 2))) / 10 ** decimals, decimals);
}

/** Decimals that a column of numbers is written with; `undefined` for all digits of a double. */
export function decimalsIn(schema: ModelledColumnSchema): number | undefined {
  if (schema.type === "integer") return 0;
  return schema.type === "number" ? schema.decimals : undefined;
}

/** 1.005 * 100 is 100.49999999999999 to a double and 100.5 to whoever computed it. */
function withoutNoise(value: number): number {
  return Math.abs(value) < 1e15 ? Number(value.toPrecision(SURE_DIGITS)) : value;
}

/** Of a number without stated decimals: what the rounding errors of a few operations make of it, relative. */
const LAST_BITS = 1e-12;

/** Whether a cell is a computed number as its column writes it. Without stated decimals its last bits may differ. */
export function isWritable(
  schema: ModelledColumnSchema,
  cell: number,
  value: number,
  rounding: Rounding | undefined,
): boolean {
  if (cell === asWritten(schema, value, rounding)) return true;
  return decimalsIn(schema) === undefined && Math.abs(cell - value) <= LAST_BITS * Math.abs(value);
}

/**
 * Whether a sum of columns may have more decimals than its column is written with, so that rounding makes it what it is. Whole multiples of columns
 * with as many decimals at most come out exactly: a constant that is half a step off, which rounding would hide in some rows, does not.
 */
export function isRounded(
  schemas: readonly ModelledColumnSchema[],
  column: number,
  terms: readonly (readonly [column: number, times: number])[],
): boolean {
  const decimals = decimalsIn(schemas[column]!);
  if (decimals === undefined) return !isDate(schemas[column]!);
  return !terms.every(
    ([term, times]) =>
      Number.isInteger(times) && (decimalsIn(schemas[term]!) ?? Infinity) <= decimals,
  );
}
