/** What relations leave open of one cell, once the cells that they refer to are known. */
import type { OrderRelation } from "../schema/relation.ts";

/** What a cell's value can still be. */
export const FREE = 0;
/** One value: nothing to model. */
export const FIXED = 1;
/** From `low` up, modelled as the difference to it. */
export const ABOVE = 2;
/** From `low` to `high`, either may be infinite: modelled by the column's own distribution, cut off there. */
export const BETWEEN = 3;
/** One of a list of values. */
export const AMONG = 4;

/** Whether a cell may be missing: by the column's own indicator, not at all, or for certain. */
export const MAY_BE_MISSING = 0;
export const PRESENT = 1;
export const MISSING = 2;

/** The part of a cell that is left open; rules narrow it one after the other. */
export interface OpenCell {
  value: typeof FREE | typeof FIXED | typeof ABOVE | typeof BETWEEN | typeof AMONG;
  missing: typeof MAY_BE_MISSING | typeof PRESENT | typeof MISSING;
  /** The value of a fixed cell. */
  fixed: number;
  low: number;
  high: number;
  /** Values of a category that are left, by the index into the rule's lists; -1: all. */
  among: readonly number[] | undefined;
}

/** A cell that no relation has touched. */
export function openCell(): OpenCell {
  return {
    value: FREE,
    missing: MAY_BE_MISSING,
    fixed: NaN,
    low: -Infinity,
    high: Infinity,
    among: undefined,
  };
}

/** Forgets what rules have said. */
export function reopen(cell: OpenCell): void {
  cell.value = FREE;
  cell.missing = MAY_BE_MISSING;
  cell.fixed = NaN;
  cell.low = -Infinity;
  cell.high = Infinity;
  cell.among = undefined;
}

/** An order with its columns by number. */
export interface PlacedOrder {
  readonly relation: OrderRelation;
  readonly high: number;
  readonly lows: readonly number[];
  /** What lies below, in the unit of `high`; NaN where a cell is missing. */
  lowAt(codes: readonly Float64Array[], row: number): number;
  /** The high end; NaN also for a value that stands for none. */
  highAt(codes: readonly Float64Array[], row: number): number;
}

/** What one relation says of one column's cells. */
export interface CellRule {
  /** The column whose cells it narrows. */
  readonly column: number;
  /** The columns that have to be known before. */
  readonly needs: readonly number[];
  /** Whether it fixes the value, and whether the cell is missing, in every row: the column then costs no variable for it. */
  readonly decidesValue: boolean;
  readonly decidesMissing: boolean;
  /** Whether it gives the value wherever what it needs is known: no other relation can bound such a column. */
  readonly computes: boolean;
  /** The orders that bound the column: from below where it is their high end, else from above. */
  readonly bounds?: readonly PlacedOrder[];
  narrow(codes: readonly Float64Array[], row: number, cell: OpenCell): void;
}
