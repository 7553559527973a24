/** Whether a formula with given coefficients computes a column, to its last digit. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { type ProductRelation, ROUNDINGS, type SumRelation } from "../../schema/relation.ts";
import { kindOf } from "../kinds/index.ts";
import type { RowCodes } from "../row-codes.ts";
import { columnIndex } from "../row-codes.ts";
import type { Search } from "./search.ts";

type FormulaRelation = SumRelation | ProductRelation;

/** Rows that a first look takes, and how many of them may break what is only reported. */
const FIRST_LOOK = 100;
const MOST_AT_FIRST = 2;

/**
 * The relation with the rounding that fewest rows break, few enough for a report, and with what it says of missing cells; undefined where
 * more rows break it. In pieces.
 */
function* holdingFormula(
  relation: FormulaRelation,
  { rows, mostExceptions }: Search,
): InPieces<FormulaRelation | undefined> {
  const first: RowCodes = {
    ...rows,
    rows: Math.min(FIRST_LOOK, rows.rows),
  };
  const kind = kindOf(relation);
  let best: FormulaRelation | undefined;
  let fewest = mostExceptions + 1;
  for (const rounding of ROUNDINGS) {
    const candidate: FormulaRelation = {
      ...relation,
      missing: true,
      ...(rounding === "half-up" ? {} : { rounding }),
    };
    const allowed = Math.min(MOST_AT_FIRST, mostExceptions);
    if (kind.brokenRows(candidate, first).length > allowed) continue;
    yield;
    const broken = kind.brokenRows(candidate, rows).length;
    if (broken < fewest) [best, fewest] = [candidate, broken];
    if (fewest === 0) break;
  }
  return best === undefined ? undefined : yield* withMissing(best, rows, fewest);
}

/** Lists a formula as far as rows hold it; in pieces. @returns whether it is listed */
export function* listFormula(search: Search, relation: FormulaRelation): InPieces<boolean> {
  const held = yield* holdingFormula(relation, search);
  return held !== undefined && (yield* search.add(held));
}

/** `target = plus + sum times * term`. */
export function sumOf(
  { schemas }: RowCodes,
  target: number,
  terms: readonly (readonly [number, number])[],
  plus: number,
): SumRelation {
  return {
    kind: "sum",
    column: schemas[target]!.name,
    terms: terms.map(([column, times]) => ({ column: schemas[column]!.name, times })),
    ...(plus === 0 ? {} : { plus }),
  };
}

/** What a formula says of missing cells, as far as that breaks no further rows. */
function* withMissing(
  relation: FormulaRelation,
  rows: RowCodes,
  exceptions: number,
): InPieces<FormulaRelation> {
  const kind = kindOf(relation);
  const { missing: _, ...strict } = relation;
  yield;
  const held = kind.brokenRows(strict, rows).length === exceptions ? strict : relation;
  const names = kind.columns(relation).slice(1);
  const inputs = names.map((name) => columnIndex(rows.schemas, name, "relation"));
  if (inputs.every((input) => rows.schemas[input]!.missing !== true)) return held;
  yield;
  const whole = { ...held, whenMissing: "missing" } as const;
  if (kind.brokenRows(whole, rows).length === exceptions) return whole;
  if (held.kind !== "sum" || held.terms.length < 2) return held;
  yield;
  // A discount that was not given takes nothing off.
  const asZero = { ...held, whenMissing: "zero" } as const;
  return kind.brokenRows(asZero, rows).length === exceptions ? asZero : held;
}
