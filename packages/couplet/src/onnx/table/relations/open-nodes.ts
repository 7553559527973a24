/** What relations leave open of a column's cells, as nodes: conditions and numbers of each row, [rows, 1]. */
import type { ModelledColumnSchema } from "../../../table/schema/schema.ts";
import type { Arithmetic, Term } from "../arithmetic.ts";
import type { CellNodes } from "../read-nodes.ts";

/** The modelled columns that are no context, with those of their cells that are known. */
export interface RelatedCells {
  readonly schemas: readonly ModelledColumnSchema[];
  /** By the number of the column; empty where a cell is not decoded yet. */
  readonly cells: readonly CellNodes[];
  /** 0 for each row. */
  readonly zero: string;
}

/** A number and the rows in which it holds. */
export interface Known {
  readonly is: string;
  readonly value: Term;
}

/** What one rule says; what is absent holds nowhere. */
export interface RuleNodes {
  readonly fixed?: Known;
  readonly isMissing?: string;
  readonly isPresent?: string;
  /** Values of a category, a missing cell as `values.length`, that are not left where it is not fixed. */
  readonly without?: readonly number[];
  readonly low?: Known;
  readonly high?: Known;
  /** A value of a category that may be missing all the same. */
  readonly orMissing?: Known;
}

/** What all rules leave open of a column's cells; what is undefined holds nowhere. */
export interface NarrowedNodes {
  readonly fixed: Known | undefined;
  /** Rows in which the cell is present, or missing, for certain. */
  readonly isPresent: string | undefined;
  readonly isMissing: string | undefined;
  /** Values of a category that are left where it is not fixed, a missing cell as `values.length`; undefined: all. */
  readonly left: readonly number[] | undefined;
  /** Rows in which a category is this value or missing. */
  readonly orMissing: Known | undefined;
  /** Rows in which the value is its difference to what lies below, and what that is. */
  readonly above: Known | undefined;
  /** Rows in which it lies between two bounds, either of which may be infinite. */
  readonly between:
    | { readonly is: string; readonly low: string; readonly high: string }
    | undefined;
}

/** The number of a column. */
export function numberOf({ schemas }: RelatedCells, name: string): number {
  return schemas.findIndex((schema) => schema.name === name);
}

/** Whether cells are this code; NaN is a missing cell. */
export function isCode(m: Arithmetic, { code, isMissing }: CellNodes, value: number): string {
  if (Number.isNaN(value)) return isMissing;
  return m.all(m.of("Not", isMissing), m.compare("Equal", code, value));
}

/** Whether all of these cells are present; undefined of none. */
export function arePresent(
  m: Arithmetic,
  { cells }: RelatedCells,
  columns: readonly number[],
): string | undefined {
  return columns.length === 0
    ? undefined
    : m.of("Not", m.any(...columns.map((column) => cells[column]!.isMissing)));
}
