/** Whether a formula with given coefficients computes a column, to its last digit. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { type ProductRelation, ROUNDINGS, type SumRelation } from "../../schema/relation.ts";
import { kindOf } from "../kinds/index.ts";
import type { RowCodes } from "../row-codes.ts";
import { columnIndex } from "../row-codes.ts";

type FormulaRelation = SumRelation | ProductRelation;

/** Rows that a first look takes. */
const FIRST_LOOK = 100;

/**
 * The relation with the rounding under which it holds in every row, and with what it says of missing cells; undefined where it
 * does not hold. In pieces.
 */
export function* holdingFormula(
  relation: FormulaRelation,
  rows: RowCodes,
): InPieces<FormulaRelation | undefined> {
  const first: RowCodes = {
    ...rows,
    rows: Math.min(FIRST_LOOK, rows.rows),
  };
  const kind = kindOf(relation);
  for (const rounding of ROUNDINGS) {
    const candidate: FormulaRelation = {
      ...relation,
      missing: true,
      ...(rounding === "half-up" ? {} : { rounding }),
    };
    if (kind.brokenRows(candidate, first).length > 0) continue;
    yield;
    if (kind.brokenRows(candidate, rows).length > 0) continue;
    return yield* withMissing(candidate, rows);
  }
  return undefined;
}

/** What a formula that holds says of missing cells. */
function* withMissing(relation: FormulaRelation, rows: RowCodes): InPieces<FormulaRelation> {
  const kind = kindOf(relation);
  const { missing: _, ...strict } = relation;
  yield;
  const held = kind.brokenRows(strict, rows).length === 0 ? strict : relation;
  const names = kind.columns(relation).slice(1);
  const inputs = names.map((name) => columnIndex(rows.schemas, name, "relation"));
  if (inputs.every((input) => rows.schemas[input]!.missing !== true)) return held;
  yield;
  const whole = { ...held, whenMissing: "missing" } as const;
  return kind.brokenRows(whole, rows).length === 0 ? whole : held;
}
