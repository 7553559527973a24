/** Copies, products, sums and shares among the columns of numbers. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { Relation, SharesRelation, SumRelation } from "../../schema/relation.ts";
import { type ModelledColumnSchema, isNumeric } from "../../schema/schema.ts";
import { kindOf } from "../kinds/index.ts";
import type { RowCodes } from "../row-codes.ts";
import { decimalsIn } from "../rounding.ts";
import { listFormula, sumOf } from "./find-formulas.ts";
import { findLines } from "./find-lines.ts";
import { findProducts } from "./find-products.ts";
import { ROWS_PER_COLUMN, linearDependence } from "./linear-dependence.ts";
import { presentTogether } from "./present-together.ts";
import type { Search } from "./search.ts";

/** Columns up to which every triple is tried. */
const MOST_FOR_TRIPLES = 60;
const MOST_COLUMNS = 400;
/** Rows that a pair or a triple has to pass first. */
const FIRST_LOOK = 60;

/**
 * Finds copies first, then products, sums of two and three, and sums of any number by regression; in pieces. A product has one column that it can
 * compute, and any column of a sum is what the others leave: net = price * quantity comes before net = discount + subtotal.
 */
export function* findSums(search: Search): InPieces<void> {
  yield* findLines(search);
  const numbers = search.numbers().slice(0, MOST_COLUMNS);
  const left = numbers.filter((column) => !search.isComputed(column));
  yield* findProducts(search);
  const products = new Set(left.filter((column) => search.isComputed(column)));
  // A part may be computed itself, total = subtotal + tax where tax = 0.19 subtotal: columns of people's sums, not of a fit.
  yield* threeTerms(search, left, numbers);
  if (numbers.length <= MOST_FOR_TRIPLES) yield* fourTerms(search, left, numbers);
  else if (left.length <= MOST_FOR_TRIPLES) yield* fourTerms(search, left, left);
  // Products first: of columns that depend on each other the last is computed.
  const open = left.filter((column) => !search.isComputed(column));
  yield* regressions(search, [...products, ...open], products);
}

/** `c = a + b` for all triples of columns: the pair with its sum decides which is which. */
function* threeTerms(
  search: Search,
  targets: readonly number[],
  numbers: readonly number[],
): InPieces<void> {
  const picked = search.someRows(FIRST_LOOK);
  for (const target of targets)
    for (let i = 0; i < numbers.length; i++) {
      const a = numbers[i]!;
      if (a === target) continue;
      yield;
      for (let j = i + 1; j < numbers.length; j++) {
        const b = numbers[j]!;
        if (b === target) continue;
        if (isSum(search, picked, target, [a, b])) yield* tryParts(search, target, [a, b]);
      }
    }
}

function* fourTerms(
  search: Search,
  targets: readonly number[],
  numbers: readonly number[],
): InPieces<void> {
  const picked = search.someRows(FIRST_LOOK);
  for (const target of targets)
    for (let i = 0; i < numbers.length; i++)
      for (let j = i + 1; j < numbers.length; j++) {
        yield;
        for (let k = j + 1; k < numbers.length; k++) {
          const parts = [numbers[i]!, numbers[j]!, numbers[k]!];
          if (parts.includes(target)) continue;
          if (isSum(search, picked, target, parts)) yield* tryParts(search, target, parts);
        }
      }
}

function isSum(
  { rows: { codes, schemas }, mostMisses }: Search,
  picked: readonly number[],
  target: number,
  parts: readonly number[],
): boolean {
  const step = 10 ** -(decimalsIn(schemas[target]!) ?? 12);
  let [known, misses] = [false, 0];
  for (const row of picked) {
    const value = codes[target]![row]!;
    let sum = 0;
    for (const part of parts) sum += codes[part]![row]!;
    if (Number.isNaN(sum - value)) continue;
    known = true;
    const off = Math.abs(sum - value);
    if (off > 0.51 * step + 1e-12 * Math.abs(value) && ++misses > mostMisses) return false;
  }
  return known;
}

/**
 * A total that is never negative is not computed from a part that may be: the part is, as what is left. A total that keeps to some values, or to a
 * range, is not computed at all: its parts share it out.
 */
function* tryParts(search: Search, target: number, parts: readonly number[]): InPieces<void> {
  const isNegative = (column: number): boolean =>
    search.rows.codes[column]!.some((code) => code < 0);
  if (search.isComputed(target)) {
    const open = parts.filter((part) => !search.isComputed(part));
    for (const rest of open.reverse()) {
      if (!(yield* listFormula(search, whatIsLeft(search.rows, target, parts, rest)))) continue;
      const others = parts.filter((part) => part !== rest);
      if (others.length === 1 && !isNegative(rest)) search.needOrder(others[0]!, target);
      return;
    }
    return;
  }
  if (hasEnd(search.rows.schemas[target]!) && ![target, ...parts].some(isNegative)) {
    const shares = sharedOut(search, target, parts);
    if (shares !== undefined && holds(shares, search.rows) && (yield* search.add(shares))) return;
  }
  const negative = parts.filter(isNegative);
  const rest = negative[0];
  if (rest !== undefined && !isNegative(target) && !search.isComputed(rest)) {
    if (yield* listFormula(search, whatIsLeft(search.rows, target, parts, rest))) return;
  }
  const terms = parts.map((part) => [part, 1] as const);
  yield* listFormula(search, sumOf(search.rows, target, terms, 0));
}

/** A part as what the others leave of the total. */
function whatIsLeft(
  rows: RowCodes,
  target: number,
  parts: readonly number[],
  rest: number,
): SumRelation {
  const others = parts.filter((part) => part !== rest).map((part) => [part, -1] as const);
  return sumOf(rows, rest, [[target, 1], ...others], 0);
}

/** Whether a column ends somewhere, which a sum of others would not. */
export function hasEnd(schema: ModelledColumnSchema): boolean {
  return isNumeric(schema) && (schema.values !== undefined || schema.upper !== undefined);
}

/** The parts of a total as its shares, the one with the most values last: it is what the others leave. */
function sharedOut(
  search: Search,
  target: number,
  parts: readonly number[],
): SharesRelation | undefined {
  const { schemas } = search.rows;
  if (parts.some((part) => search.isComputed(part))) return undefined;
  const values = (column: number): number => new Set(search.sorted(column)).size;
  const last = parts.reduce((a, b) => (values(b) >= values(a) ? b : a));
  const columns = [...parts.filter((part) => part !== last), last];
  return {
    kind: "shares",
    columns: columns.map((part) => schemas[part]!.name),
    total: schemas[target]!.name,
  };
}

/** Sums of any number of columns with any coefficients: columns that others give by least squares. */
function* regressions(
  search: Search,
  numbers: readonly number[],
  products: ReadonlySet<number>,
): InPieces<void> {
  for (const columns of presentTogether(search.rows, numbers))
    yield* regression(search, columns, products, search.rows.codes[0]!.keys());
  // One exception is enough to spoil the squares of all rows: few rows may have none.
  if (search.mostExceptions === 0) return;
  const few = search.someRows((ROWS_PER_COLUMN + 1) * numbers.length);
  for (const shift of [0, 1])
    yield* regression(
      search,
      numbers,
      products,
      few.map((row) => row + shift).filter((row) => row < search.rows.rows),
    );
}

function* regression(
  search: Search,
  numbers: readonly number[],
  products: ReadonlySet<number>,
  rows: Iterable<number>,
): InPieces<void> {
  const open = numbers.filter((column) => products.has(column) || !search.isComputed(column));
  const dependence = yield* linearDependence(search.rows, open, rows);
  for (const { column, terms, plus } of dependence) {
    if (search.isComputed(column)) continue;
    const total = sharesOf(search.rows, column, terms, plus);
    if (total !== undefined && holds(total, search.rows)) {
      yield* search.add(total);
      continue;
    }
    for (const target of positiveSide(column, terms))
      if (yield* listFormula(search, solvedFor(search.rows, target, column, terms, plus))) break;
  }
}

/** Columns that sum to a constant, none of them negative. */
function sharesOf(
  { codes, schemas }: RowCodes,
  column: number,
  terms: readonly (readonly [number, number])[],
  plus: number,
): Relation | undefined {
  if (!(plus > 0) || !terms.every(([, times]) => times === -1)) return undefined;
  const columns = [...terms.map(([part]) => part), column].sort((a, b) => a - b);
  if (columns.some((part) => codes[part]!.some((code) => code < 0))) return undefined;
  return { kind: "shares", columns: columns.map((part) => schemas[part]!.name), total: plus };
}

/** The columns to solve for: those that are a sum of the others without a minus first, since no sample can then be out of bounds. */
function positiveSide(
  column: number,
  terms: readonly (readonly [number, number])[],
): readonly number[] {
  const negative = terms.filter(([, times]) => times < 0);
  const positive = terms.filter(([, times]) => times > 0);
  // column - positive - negative = c: the one with the other sign is the sum of all others.
  if (negative.length === terms.length - 1 && positive.length === 1)
    return [positive[0]![0], column];
  return [column];
}

function solvedFor(
  rows: RowCodes,
  target: number,
  column: number,
  terms: readonly (readonly [number, number])[],
  plus: number,
): SumRelation {
  if (target === column) return sumOf(rows, column, terms, plus);
  const own = terms.find(([part]) => part === target)![1];
  const others = terms.filter(([part]) => part !== target);
  return sumOf(
    rows,
    target,
    [[column, 1 / own], ...others.map(([part, times]) => [part, -times / own] as const)],
    -plus / own,
  );
}

/** Whether every row holds a relation to the last digit: shares are kept so, a sum with its rounding may hold where they do not. */
function holds(relation: Relation, rows: RowCodes): boolean {
  return kindOf(relation).brokenRows(relation, rows).length === 0;
}
