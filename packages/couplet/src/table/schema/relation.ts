/** What holds between the columns of every row: plain JSON values, part of a schema, meant to be read and edited by people. */

/**
 * What whoever made the table did with halves: rounded them up as on paper, to even digits as statisticians and NumPy do, or rounded the
 * double as it is, whose half is a little more or less; where a double is a half (0.125), to even digits as Python and C do, or away from zero as
 * JavaScript does. In the order in which they are tried.
 */
export const ROUNDINGS: readonly Rounding[] = ["half-up", "half-even", "binary-even", "binary"];

/** How halves are rounded: up, to even digits, or as the double lies, with its own halves to even digits or away from zero. */
export type Rounding = "half-up" | "half-even" | "binary-even" | "binary";

/** A cell as a schema writes it; null is a missing cell. */
export type RelationCell = string | number | null;

interface RelationBase {
  /** false: only reported, because some training rows break it. Default true. */
  readonly keep?: boolean;
  /** Why it is listed; free text for people. */
  readonly reason?: string;
}

/** `low[0] + low[1] + ... <= high` in every row that has all these cells. Numbers, or dates and times. */
export interface OrderRelation extends RelationBase {
  readonly kind: "order";
  readonly low: readonly string[];
  readonly high: string;
  /** `<` in place of `<=`: for values that come in steps. */
  readonly strict?: boolean;
  /**
   * How `high` is modelled: as its difference to what lies below it, or by its own distribution, cut off there. Default:
   * "difference" for columns without an upper bound.
   */
  readonly by?: "difference" | "bound";
  /**
   * Values of `high` that stand for none (0 where a house was never renovated), of which the order says nothing: numbers, of dates units since 1970.
   * One low end, which is then bounded by `high`.
   */
  readonly unless?: readonly number[];
}

/** A column and what it is multiplied by. */
export interface SumTerm {
  readonly column: string;
  readonly times: number;
}

/** `column = round(plus + sum times * term)`, to the column's decimals: sums, copies, rescaled copies. */
export interface SumRelation extends RelationBase {
  readonly kind: "sum";
  readonly column: string;
  readonly terms: readonly SumTerm[];
  /** Default 0. */
  readonly plus?: number;
  /** What halves become. Default "half-up". */
  readonly rounding?: Rounding;
  /** The column may be missing where no term is. */
  readonly missing?: boolean;
  /** Where a term is missing, so is the column; or a missing term counts as 0, as a discount that was not given. Absent: the column is then modelled. */
  readonly whenMissing?: "missing" | "zero";
}

/** `column = round(times * f1 * f2 / d)`, to the column's decimals. */
export interface ProductRelation extends RelationBase {
  readonly kind: "product";
  readonly column: string;
  readonly factors: readonly string[];
  /** Columns to divide by. */
  readonly divisors?: readonly string[];
  /** Default 1. */
  readonly times?: number;
  /** What halves become. Default "half-up". */
  readonly rounding?: Rounding;
  /** As for a sum. */
  readonly missing?: boolean;
  /** Where a factor is missing, so is the column. Absent: the column is then modelled. */
  readonly whenMissing?: "missing";
}

/** Each value of `child` has one value of `column`: a zone lies in one borough. */
export interface ParentRelation extends RelationBase {
  readonly kind: "parent";
  readonly column: string;
  readonly child: string;
  /** Pairs of a child's value and the column's; a child that is not listed leaves the column free. */
  readonly values: readonly (readonly [RelationCell, RelationCell])[];
  /** The column may be missing all the same. */
  readonly missing?: boolean;
}

/** Where `given` is one of `when`, `column` is `value`: the tip of a trip paid in cash is 0. */
export interface ExclusionRelation extends RelationBase {
  readonly kind: "exclusion";
  readonly column: string;
  readonly given: string;
  readonly when: readonly RelationCell[];
  readonly value: RelationCell;
  /** And nowhere else: for categories and missing cells. */
  readonly only?: boolean;
}

/** Columns of numbers from 0 up that sum to `total` in every row: to a number, or to what the column of this name has in the row. */
export interface SharesRelation extends RelationBase {
  readonly kind: "shares";
  readonly columns: readonly string[];
  readonly total: number | string;
}

/** What holds in every row. */
export type Relation =
  | OrderRelation
  | SumRelation
  | ProductRelation
  | ParentRelation
  | ExclusionRelation
  | SharesRelation;

/** Whether a relation is kept in samples and densities, or only reported. */
export function isKept(relation: Relation): boolean {
  return relation.keep !== false;
}
