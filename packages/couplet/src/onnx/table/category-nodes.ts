/** Categories that relations narrow, as nodes: what `someValuesEncoder` makes of the values that are left. */
import type { ColumnEncoderState } from "../../table/encode/encoder.ts";
import { type Interval, interval, intervalsOfShares } from "../../table/encode/interval.ts";

/** The state of a category. */
export type CategoryState = ColumnEncoderState & { readonly kind: "category" };

/** Values in the order of their intervals. */
export interface KeptValues {
  readonly values: readonly number[];
  readonly ranges: readonly Interval[];
}

/** The values that are left, with intervals in their shares among each other. A missing cell is `values.length` of the schema; undefined: all are left. */
export function keptValues(
  { order, shares }: CategoryState,
  left: readonly number[] | undefined,
): KeptValues {
  if (left === undefined) return { values: order, ranges: intervalsOfShares(shares) };
  const kept = order.flatMap((value, i) =>
    left.includes(value) ? [{ value, share: shares[i]! }] : [],
  );
  const sum = kept.reduce((total, { share }) => total + share, 0);
  return {
    values: kept.map(({ value }) => value),
    ranges: intervalsOfShares(kept.map(({ share }) => share / sum)),
  };
}

/** The interval of a value; one that is not left does not occur, or says nothing. */
export function rangeOf({ values, ranges }: KeptValues, value: number): Interval {
  return ranges[values.indexOf(value)] ?? interval(-Infinity, Infinity);
}
