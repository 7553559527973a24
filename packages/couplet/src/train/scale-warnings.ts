/** What training says of values that decide a column's scale alone: marks of missing ones, and groups far from all others. */
import { fitStandardiser } from "../flow/model/preprocess.ts";
import type { Batch } from "../flow/model/rows.ts";
import type { ColumnName } from "./column-name.ts";
import { FAR } from "./data-warnings.ts";
import { ordinarySpread } from "./ordinary-spread.ts";

/** Decimals that stand for a missing number in many files: nines, or eights and sevens of surveys. */
const MARK = /^-?(9{2,}(\.9+)?|8{3,}|7{3,})$/;

/** The ends of types of numbers, and round powers beyond any measurement. */
const ENDS: ReadonlySet<number> = new Set(
  [
    ...[15, 16, 31, 32, 63, 64].flatMap((bits) => [
      2 ** bits,
      2 ** bits - 1,
      -(2 ** bits),
      1 - 2 ** bits,
    ]),
    ...[20, 30, 35, 36, 37, 38].flatMap((power) => [10 ** power, -(10 ** power)]),
    ...[Math.fround(3.4028234663852886e38), Number.MAX_VALUE].flatMap((end) => [end, -end]),
  ].flatMap((end) => [end, Math.fround(end)]),
);

/** Whether a number is one of those that files have in place of a missing one; single precision has 9999.9 as 9999.900390625. */
export function looksMissing(value: number): boolean {
  return (
    ENDS.has(value) ||
    MARK.test(String(value)) ||
    (Math.fround(value) === value && MARK.test(String(Number(value.toPrecision(7)))))
  );
}

/** A sentence for each column whose least or greatest value looks like the mark of a missing one, far from all others. */
export function sentinelWarnings({ rows, cols, data }: Batch, name: ColumnName): string[] {
  return Array.from({ length: cols }, (_, j) => j).flatMap((j) => {
    const column = Float64Array.from({ length: rows }, (_, r) => data[r * cols + j]!);
    let [least, greatest] = [Infinity, -Infinity];
    for (const value of column) {
      if (looksMissing(value)) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (!(least < greatest)) return [];
    const spread = greatest - least;
    const marks = column.filter(
      (value) => looksMissing(value) && (value < least - spread || value > greatest + spread),
    );
    const [mark] = marks;
    if (mark === undefined) return [];
    return [
      `${name(j)} has the value ${mark} in ${marks.length} of ${rows} training rows, far from all others (${least} to ${greatest}): ` +
        `it looks like the mark of a missing value; leave such rows out, or fill the cells in`,
    ];
  });
}

/** Share of a column's standard deviation below which ordinary values are nearly one point to a flow. */
const SQUEEZED = 0.01;

/**
 * A sentence for each column whose ordinary values lie within a hundredth of its standard deviation: a group far away decides the
 * scale in which a flow sees the column. Tails that thin out (`tailWarnings`) have this far less often than tables in which a part of
 * the rows has another unit, or a mark that no list knows.
 */
export function squeezedWarnings(
  batch: Batch,
  numbers: Int32Array | undefined,
  name: ColumnName,
): string[] {
  const { rows, cols, data } = batch;
  const { scale } = fitStandardiser(batch);
  return scale.flatMap((deviation, j) => {
    const spread = ordinarySpread(batch, j);
    if (spread === undefined || !(spread.distance < SQUEEZED * deviation)) return [];
    const { median, distance } = spread;
    let count = 0;
    let farthest = 0;
    const from = (r: number): number => Math.abs(data[r * cols + j]! - median);
    for (let r = 0; r < rows; r++) {
      if (from(r) > 0.5 * deviation) count++;
      if (from(r) > from(farthest)) farthest = r;
    }
    // Tails that thin out have a warning of their own.
    if (from(farthest) > FAR * deviation) return [];
    return [
      `${name(j)}: three quarters of its values lie within ${distance.toPrecision(2)} of ${Number(median.toPrecision(4))}, and its standard deviation is ${deviation.toPrecision(2)}, ` +
        `because of ${count} of ${rows} training values far away, such as ${data[farthest * cols + j]!} in row ${numbers?.[farthest] ?? farthest}: ` +
        `the flow sees the others as nearly one point. Correct such rows or leave them out, or take the column's logarithm or ranks`,
    ];
  });
}

/** Rows of equal weight, in effect, below which a fit is one of these few rows. */
const LEAST_EFFECTIVE = 20;

/** A sentence where a few rows have nearly all the weight: (sum of w)^2 / sum of w^2 rows of equal weight say as much (Kish 1965). */
export function weightWarnings(weights: ArrayLike<number> | undefined): string[] {
  if (weights === undefined) return [];
  let [sum, squares] = [0, 0];
  for (let r = 0; r < weights.length; r++) {
    sum += weights[r]!;
    squares += weights[r]! ** 2;
  }
  const effective = sum ** 2 / squares;
  if (effective >= LEAST_EFFECTIVE || effective > 0.99 * weights.length) return [];
  return [
    `the weights leave ${effective.toPrecision(2)} of ${weights.length} training rows in effect (the square of their sum over the sum of their squares): ` +
      `the fit is one of those few rows`,
  ];
}
