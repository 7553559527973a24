/**
 * The schema of a table: what each column is. A plain JSON value, versioned, meant to be read and edited by people.
 */
import type { Relation } from "./relation.ts";

/** Version of the schema format. */
export const SCHEMA_VERSION = 1;

/** What a column can be. The last three take no part in the model. */
export const COLUMN_TYPES = [
  "number",
  "integer",
  "category",
  "ordered",
  "boolean",
  "date",
  "datetime",
  "constant",
  "identifier",
  "text",
] as const;

/** The types that a column can have. */
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** What the cells were before they were understood; decoding gives them back as that. */
export type Storage = "number" | "text" | "boolean" | "date";

/** Standardisation only, or a monotone map through quantiles to a normal. */
export type NumberTransform = "standard" | "quantile";

/** The step of a date column: dates are integers of this unit. */
export type DateUnit =
  | "month"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "millisecond"
  | "microsecond";

interface ColumnBase {
  readonly name: string;
  /** "context": given, not modelled. Absent: modelled. */
  readonly role?: "context";
  /** Why the column was taken for what it is; free text for people. */
  readonly reason?: string;
  /** How text files write a missing cell of the column: "NA", "?". Absent: an empty cell. */
  readonly missingAs?: string;
}

/** How the numbers of a text column are written beyond digits and a point. What is absent is plain. */
export interface NumberFormat {
  /** What stands before every number, such as "$". */
  readonly prefix?: string;
  /** What stands behind every number, such as " kg" or "%". */
  readonly suffix?: string;
  /** The decimal sign. Default ".". */
  readonly decimal?: "." | ",";
  /** What sets thousands apart. Default: nothing. */
  readonly group?: string;
  /** Whether numbers below 0 stand in parentheses, as accountants write: (1,234). Default: a minus sign. */
  readonly parentheses?: boolean;
  /**
   * How durations are written, whose number is that of their smallest unit: "h:mm:ss", "h'h' m'm'", "ISO" for PT2H30M. Beside it nothing
   * else says anything. See `durationFormat`.
   */
  readonly duration?: string;
}

/** How text cells of a column of numbers are written, where digits and a point are not all. */
interface FormattedNumber {
  readonly numberFormat?: NumberFormat;
}

/**
 * Values far from all others that stand for something else, such as -999 and 9999-12-31 (dates in units since 1970), ascending. Each has a
 * probability of its own; all other values lie above those `below` and below those `above`.
 */
export interface SentinelLists {
  readonly below?: readonly number[];
  readonly above?: readonly number[];
}

interface NumericBase extends ColumnBase {
  readonly storage: Storage;
  readonly transform: NumberTransform;
  /** Hard bounds: the model puts no mass beyond them. */
  readonly lower?: number;
  readonly upper?: number;
  /** The only values of the column, ascending (dates in units since 1970): few numbers with gaps between them, such as doses. */
  readonly values?: readonly number[];
  readonly sentinels?: SentinelLists;
  /** Whether a cell may be missing: that costs a dimension of its own, the indicator. */
  readonly missing?: boolean;
}

/** A continuous number: contributes a density. */
export interface NumberColumnSchema extends NumericBase, FormattedNumber {
  readonly type: "number";
  /** Decimals written; samples are rounded to them. Absent: all digits. */
  readonly decimals?: number;
  /** Text cells are padded with zeros to `decimals`. */
  readonly fixedDecimals?: boolean;
  /** Values are measurements rounded to multiples of this: the density is the mean over the rounding interval. */
  readonly resolution?: number;
  /** Where the multiples begin, for integers that were standardised: values are `offset + k resolution`. Absent: 0. */
  readonly offset?: number;
  /**
   * Values with a probability of their own, such as the zeros of a column that is 90 % zeros. They contribute it as a density: over
   * the distance that different values have there, see `ColumnEncoderState`.
   */
  readonly pointMasses?: readonly number[];
}

/** Integers: contributes a probability. */
export interface IntegerColumnSchema extends NumericBase, FormattedNumber {
  readonly type: "integer";
  /** Values are multiples of this (weights in steps of 25); others have probability 0. */
  readonly resolution?: number;
  /** Zeros behind the point of every text cell: 1 for "5.0". Absent: none. */
  readonly decimals?: number;
}

/** Dates and times of a fixed unit: contributes a probability. Bounds are in units since 1970. */
export interface DateColumnSchema extends NumericBase {
  readonly type: "date" | "datetime";
  /** The pattern of text cells, such as "YYYY-MM-DD". */
  readonly format?: string;
  readonly unit: DateUnit;
  /** Dates come every so many units, as rounded numbers do; others have probability 0. Absent: 1. */
  readonly resolution?: number;
  /** Where the steps begin, in units since 1970: 20 for every minute at 20 seconds. Absent: 0. */
  readonly offset?: number;
}

/** One of a list of values: contributes a probability. */
export interface CategoryColumnSchema extends ColumnBase {
  readonly type: "category" | "ordered" | "boolean";
  readonly storage: Storage;
  /** The values in order; a category's order is the one used in reports. Booleans: false, then true. */
  readonly values: readonly (string | number)[];
  /** Whether a cell may be missing; missing is then one more value. */
  readonly missing?: boolean;
}

/** One value in every row; costs nothing, comes back in samples. */
export interface ConstantColumnSchema extends ColumnBase {
  readonly type: "constant";
  readonly storage: Storage;
  /** null: every cell is missing. */
  readonly value: string | number | null;
}

/** Left out of the model. */
export interface OmittedColumnSchema extends ColumnBase {
  readonly type: "identifier" | "text";
  /** What keys are like, for new ones. */
  readonly keys?: KeyPattern;
}

/** What the keys of a column are like: either `next` or `pattern` says it. */
export interface KeyPattern {
  readonly storage: "number" | "text";
  /** The first number after those of the table; with `prefix` before it, filled up with zeros to so many `digits`. */
  readonly next?: number;
  readonly prefix?: string;
  readonly digits?: number;
  /**
   * A class of characters for each place: 9 digits, 1 digits but 0, a and A letters, n and N letters and digits, x and X hexadecimal digits, w any of
   * these; characters in single quotes stand for themselves.
   */
  readonly pattern?: string;
}

/** What one column is, by its type. */
export type ColumnSchema =
  | NumberColumnSchema
  | IntegerColumnSchema
  | DateColumnSchema
  | CategoryColumnSchema
  | ConstantColumnSchema
  | OmittedColumnSchema;

/** A column with a numeric code: everything that is not a category, constant or omitted. */
export type NumericColumnSchema = NumberColumnSchema | IntegerColumnSchema | DateColumnSchema;
/** A column that the model can hold, as data or as context. */
export type ModelledColumnSchema = NumericColumnSchema | CategoryColumnSchema;

/** What each column of a table is: plain JSON, editable. */
export interface Schema {
  readonly version: typeof SCHEMA_VERSION;
  /** Spellings of a missing cell. */
  readonly missingValues: readonly string[];
  readonly columns: readonly ColumnSchema[];
  /** What holds between the columns of every row. Absent: nobody has looked; empty: nothing does. */
  readonly relations?: readonly Relation[];
}

/** Whether a column takes part in the model. */
export function isModelled(column: ColumnSchema): column is ModelledColumnSchema {
  return column.type !== "constant" && column.type !== "identifier" && column.type !== "text";
}

/** Whether a column's values come from a list. */
export function isCategorical(column: ColumnSchema): column is CategoryColumnSchema {
  return column.type === "category" || column.type === "ordered" || column.type === "boolean";
}

/** Whether a column has numeric codes. */
export function isNumeric(column: ColumnSchema): column is NumericColumnSchema {
  return isModelled(column) && !isCategorical(column);
}

/** Whether a column's values come in steps or from a list, so that each has a probability. */
export function onGrid(column: NumericColumnSchema): boolean {
  return column.type !== "number" || column.resolution !== undefined || column.values !== undefined;
}

/** Whether a column holds dates or times. */
export function isDate(column: ColumnSchema): column is DateColumnSchema {
  return column.type === "date" || column.type === "datetime";
}

/**
 * Whether cells of a column are intervals that its encoder fills with noise: discrete and rounded values, points of mass, missing
 * cells. The score of a row that has one is a bound, which more draws tighten.
 */
export function drawsNoise(column: ModelledColumnSchema): boolean {
  if (column.type !== "number") return true;
  return (
    onGrid(column) ||
    column.missing === true ||
    column.sentinels !== undefined ||
    (column.pointMasses ?? []).length > 0
  );
}
