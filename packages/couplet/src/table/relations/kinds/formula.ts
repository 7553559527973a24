/** Columns that a formula of other columns gives: what sums and products have in common. */
import { FIXED, MISSING, PRESENT } from "../open-cell.ts";
import type { CellRule } from "../open-cell.ts";
import { asWritten, isWritable } from "../rounding.ts";
import type { RowCodes } from "../row-codes.ts";
import type { Rounding } from "../../schema/relation.ts";
import type { ModelledColumnSchema } from "../../schema/schema.ts";

/** A formula with its columns by number. */
export interface Formula {
  readonly column: number;
  readonly inputs: readonly number[];
  readonly rounding: Rounding | undefined;
  /** It may have no value though no input is missing. */
  readonly mayFail: boolean;
  /** The column may be missing where no input is. */
  readonly missing: boolean;
  /** Where an input is missing, so is the column. */
  readonly whenMissing: boolean;
  /** A missing input counts as 0: the formula always has a value. */
  readonly missingIsZero: boolean;
  /** The exact value; NaN where an input is missing. */
  valueAt(codes: readonly Float64Array[], row: number): number;
}

/** Rows whose cell is not what the formula gives. */
export function brokenFormula(formula: Formula, { rows, schemas, codes }: RowCodes): number[] {
  const { column, rounding, missing, whenMissing } = formula;
  const schema = schemas[column]!;
  const cells = codes[column]!;
  const broken: number[] = [];
  for (let row = 0; row < rows; row++) {
    const value = formula.valueAt(codes, row);
    const cell = cells[row]!;
    const holds = Number.isNaN(value)
      ? !whenMissing || Number.isNaN(cell)
      : Number.isNaN(cell)
        ? missing
        : isWritable(schema, cell, value, rounding);
    if (!holds) broken.push(row);
  }
  return broken;
}

/** The rule that fixes the column. */
export function formulaRule(formula: Formula, schemas: readonly ModelledColumnSchema[]): CellRule {
  const { column, inputs, rounding, mayFail, missing, whenMissing, missingIsZero } = formula;
  const schema = schemas[column]!;
  const always =
    whenMissing ||
    missingIsZero ||
    (!mayFail && inputs.every((input) => schemas[input]!.missing !== true));
  return {
    column,
    needs: inputs,
    decidesValue: always,
    decidesMissing: schema.missing !== true || (always && !missing),
    computes: true,
    narrow(codes, row, cell) {
      const value = formula.valueAt(codes, row);
      if (Number.isNaN(value)) {
        if (whenMissing) cell.missing = MISSING;
        return;
      }
      cell.value = FIXED;
      cell.fixed = asWritten(schema, value, rounding);
      if (!missing && cell.missing !== MISSING) cell.missing = PRESENT;
    },
  };
}
