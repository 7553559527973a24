/** Rows with a value so far from all others that one of them would decide the fit: found, named, left out. */
import type { Batch } from "../flow/model/rows.ts";
import { LEAST_VALUES, ordinarySpread } from "./ordinary-spread.ts";

/** A row with a wild value. */
export interface WildRow {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** Whether the column is one of the context. */
  readonly context: boolean;
}

/** How many times as far from the median as all other rows' values a wild one lies. */
export const TIMES_AS_FAR = 100;

/** Share of a column's values that may be wild, one at least: more are a part of the data. */
const MOST_SHARE = 0.01;

/**
 * The rows that have a value more than 100 times as far from its column's median as the values of all other rows, at most 1 %
 * of them (a row at least) in a column. One cell of 1e300 would make the deviation, in whose units a flow sees the column, so large
 * that all other values are one point; tails of no law that data follow have such gaps.
 *
 * @param rows NaN is a missing value
 * @param context the context's rows, where there is one
 */
export function wildRows(rows: Batch, context: Batch | undefined): WildRow[] {
  const found = new Map<number, WildRow>();
  for (const batch of [rows, context]) {
    if (batch === undefined || batch.rows < LEAST_VALUES) continue;
    for (let column = 0; column < batch.cols; column++)
      for (const row of wildValues(batch, column))
        if (!found.has(row)) {
          const value = batch.data[row * batch.cols + column]!;
          found.set(row, { row, column, value, context: batch === context });
        }
  }
  return [...found.values()].sort((a, b) => a.row - b.row);
}

function wildValues(batch: Batch, column: number): number[] {
  const spread = ordinarySpread(batch, column);
  if (spread === undefined) return [];
  const { rows, cols, data } = batch;
  const { median, distance: ordinary } = spread;
  const far: { readonly row: number; readonly distance: number }[] = [];
  const most = Math.max(1, Math.ceil(MOST_SHARE * rows));
  let reach = ordinary;
  for (let row = 0; row < rows; row++) {
    const distance = Math.abs(data[row * cols + column]! - median);
    if (Number.isNaN(distance)) continue;
    if (distance <= TIMES_AS_FAR * ordinary) reach = Math.max(reach, distance);
    else far.push({ row, distance });
  }
  far.sort((a, b) => a.distance - b.distance);
  for (const [i, { distance }] of far.entries()) {
    if (distance > TIMES_AS_FAR * reach)
      return far.length - i <= most ? far.slice(i).map(({ row }) => row) : [];
    reach = distance;
  }
  return [];
}

/** Rows that a warning lists. */
const LISTED = 5;

/**
 * A sentence that names the rows that are left out.
 *
 * @param of what they are left out of
 */
export function wildWarning(
  wild: readonly WildRow[],
  names: readonly string[] | undefined,
  of: "fit" | "study" = "fit",
): string[] {
  if (wild.length === 0) return [];
  const listed = wild.slice(0, LISTED).map(({ row, column, value, context }) => {
    const name = names?.[column];
    const where = context
      ? `context column ${column}`
      : name === undefined
        ? `column ${column}`
        : `column "${name}"`;
    return `row ${row} (${where}: ${value})`;
  });
  const more = wild.length > LISTED ? ` and ${wild.length - LISTED} more` : "";
  const [rows, have] =
    wild.length === 1 ? ["1 row is", "has"] : [`${wild.length} rows are`, "have"];
  return [
    `${rows} left out of the ${of}, which ${have} a value more than ${TIMES_AS_FAR} times as far from its column's median as all other rows: ` +
      `${listed.join(", ")}${more}. Such values are mostly errors or marks of missing ones: correct them, or drop the rows`,
  ];
}
