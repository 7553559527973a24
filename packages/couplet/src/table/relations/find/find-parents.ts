/** Columns that decide others: zone -> borough, sub-grade -> grade, code -> name. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { type ModelledColumnSchema, isCategorical } from "../../schema/schema.ts";
import type { ParentRelation } from "../../schema/relation.ts";
import { cellOfCode } from "../row-codes.ts";
import { withBetween } from "./between-values.ts";
import { evidenceOf } from "./evidence.ts";
import type { Search } from "./search.ts";

/** Rows for each value of the child, at least: with fewer, hardly a value comes twice. */
const ROWS_PER_VALUE = 2;
/** What rows with the same child, or without one, have in common has to be rarer by chance than exp(-LEAST_SURPRISE). */
const LEAST_SURPRISE = 12;
/** Values of a number or a date that decide: more are no codes, and a schema lists each. */
const MOST_CODES = 5000;

/** What one column says of another. */
interface Decision {
  /** From the child's codes to the column's; from NaN, too, where a missing cell of the child decides the column. */
  readonly values: ReadonlyMap<number, number>;
  /** Rows whose child's cell decides. */
  readonly rows: number;
  readonly exceptions: number;
  /** The column is missing in some rows of a child's value, not in all. */
  readonly missing: boolean;
}

/**
 * Finds, for each column, the column with the fewest values that decides it, a category where there is one; in pieces. Numbers and dates may
 * decide (zone 1 to 263 -> borough, date -> weekday) and be decided (batch -> date), where they are codes: a measurement decides what is
 * computed from it, and says so by an order of its own, one of few rows a value nothing.
 */
export function* findParents(search: Search): InPieces<void> {
  const { schemas } = search.rows;
  const children = schemas.flatMap((schema, column) => (mayDecide(schema) ? [column] : []));
  const sizes: number[] = [];
  for (const child of children) {
    sizes.push(distinct(search.rows.codes[child]!));
    yield;
  }
  const decides = (child: number, column: number): Decision | undefined =>
    child === column ? undefined : decisionOf(search, child, column);
  for (let column = schemas.length - 1; column >= 0; column--) {
    if (search.isComputed(column)) continue;
    yield;
    const own = distinct(search.rows.codes[column]!);
    if (own < 2) continue;
    const able = children
      .map((child, i) => ({ child, size: sizes[i]! }))
      .filter(
        ({ child, size }) =>
          size >= own &&
          child !== column &&
          size * ROWS_PER_VALUE <= search.rows.rows &&
          (size <= MOST_CODES || isCategorical(schemas[child]!)),
      )
      .sort(
        (a, b) =>
          Number(isCategorical(schemas[b.child]!)) - Number(isCategorical(schemas[a.child]!)) ||
          a.size - b.size ||
          a.child - b.child,
      );
    for (const { child } of able) {
      yield;
      const decision = decides(child, column);
      if (decision !== undefined && (yield* list(search, child, column, decision))) break;
    }
  }
}

/** Whether the values of a column may be codes: categories, whole numbers, dates, numbers that keep to few values. */
function mayDecide(schema: ModelledColumnSchema): boolean {
  return schema.type !== "number" || schema.values !== undefined;
}

function* list(
  search: Search,
  child: number,
  column: number,
  decision: Decision,
): InPieces<boolean> {
  const { schemas, codes, rows } = search.rows;
  const relation: ParentRelation = {
    kind: "parent",
    column: schemas[column]!.name,
    child: schemas[child]!.name,
    values: [...withBetween(decision.values, schemas[child]!)].map(([from, to]) => [
      cellOfCode(schemas[child]!, from),
      cellOfCode(schemas[column]!, to),
    ]),
    ...(decision.missing ? { missing: true } : {}),
  };
  // A shuffled row breaks it unless it meets its own value by chance, or no other row has its child's value. What a missing number says of all
  // rows that miss it is an exclusion. Where the column may be missing anyway, its missing cells break nothing.
  const isCode = isCategorical(schemas[child]!);
  const judged = codes[column]!.filter(
    (code, row) =>
      (isCode || !Number.isNaN(codes[child]![row]!)) && !(decision.missing && Number.isNaN(code)),
  );
  const counts = new Map<number, number>();
  for (const code of judged) counts.set(code, (counts.get(code) ?? 0) + 1);
  let same = 0;
  for (const count of counts.values()) same += (count / judged.length) ** 2;
  const decided = decision.missing ? Math.min(decision.rows, judged.length) : decision.rows;
  const repeated = (isCode ? decided : judged.length) - decision.values.size;
  if (-repeated * Math.log(same) < LEAST_SURPRISE) return false;
  if (!isCode && ROWS_PER_VALUE * decision.values.size > judged.length) return false;
  const evidence = evidenceOf(repeated * (1 - same), rows);
  return yield* search.add(relation, evidence);
}

function decisionOf(search: Search, child: number, column: number): Decision | undefined {
  const { codes, rows } = search.rows;
  const [from, to] = [codes[child]!, codes[column]!];
  const counts = new Map<number, Map<number, number>>();
  let further = 0;
  for (let row = 0; row < rows; row++) {
    const [key, value] = [from[row]!, to[row]!];
    let own = counts.get(key);
    if (own === undefined) counts.set(key, (own = new Map()));
    const count = own.get(value);
    own.set(value, (count ?? 0) + 1);
    if (count !== undefined || Number.isNaN(value) || Number.isNaN(key)) continue;
    // Each further value of a child is an exception at least.
    if (own.size > (own.has(NaN) ? 2 : 1) && ++further > search.mostExceptions) return undefined;
  }
  const values = new Map<number, number>();
  let [decided, exceptions, missing] = [0, 0, false];
  for (const [key, own] of counts) {
    if (Number.isNaN(key) && !isSurprising(own, to)) continue;
    for (const count of own.values()) decided += count;
    const present = [...own].filter(([value]) => !Number.isNaN(value));
    if (present.length === 0) {
      values.set(key, NaN);
      continue;
    }
    if (present.length < own.size) missing = true;
    const [value, count] = present.reduce((a, b) => (b[1] > a[1] ? b : a));
    exceptions += present.reduce((sum, [, n]) => sum + n, 0) - count;
    if (exceptions > search.mostExceptions) return undefined;
    values.set(key, value);
  }
  // Where the child is never there nothing decides.
  return decided === 0 ? undefined : { values, rows: decided, exceptions, missing };
}

/**
 * Whether rows have one value in common, or that they are missing, though chance would have put others there. Rows without the child's cell say of
 * the column what they say, or nothing.
 */
function isSurprising(own: ReadonlyMap<number, number>, column: Float64Array): boolean {
  if (own.size > 1) return false;
  const [value, count] = [...own][0]!;
  let total = 0;
  for (const code of column) total += Number(Object.is(code, value) || code === value);
  return -count * Math.log(total / column.length) >= LEAST_SURPRISE;
}

function distinct(codes: Float64Array): number {
  return new Set(codes).size;
}
