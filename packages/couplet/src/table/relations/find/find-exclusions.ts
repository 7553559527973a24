/** Values of one column that fix another: cash -> tip 0, no internet -> no streaming, individual -> joint income missing. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { isCategorical } from "../../schema/schema.ts";
import { type ExclusionRelation, isKept } from "../../schema/relation.ts";
import { cellOfCode } from "../row-codes.ts";
import { evidenceOf } from "./evidence.ts";
import type { Search } from "./search.ts";

/** Rows that a fixed value would have by chance have to be rarer than exp(-LEAST_SURPRISE). */
const LEAST_SURPRISE = 12;
/** The part of the rows that a number, or a missing number, has to hold to be a condition. */
const LEAST_HELD = 0.01;
/** Categories with more values are no conditions. */
const MOST_VALUES = 100;
/** A number with at most as many values is a list of them (grades, ages of samples): each may be a condition. As `infer-support.ts` counts few. */
const FEW_NUMBERS = 30;

/** Of the rows of a condition, those that may have another value in what is only reported. */
const MOST_OF_CONDITION = 0.01;

/** Where another column has one of some values, the column has this one. */
interface Fixed {
  readonly column: number;
  readonly given: number;
  readonly when: readonly number[];
  readonly value: number;
  /** The column has the value nowhere else, though chance would have put it there. */
  readonly only: boolean;
  /** Some rows of the condition have another value. */
  readonly hasExceptions: boolean;
  /** Rows that are fixed, and rows that shuffling would break. */
  readonly rows: number;
  readonly broken: number;
}

/**
 * Finds what values of other columns fix a column to: those that hold most rows first. A column has one condition column, since two
 * that disagree would leave it no value. In pieces.
 *
 * @param given what the condition columns are: orders imply much of what the ends of a range of numbers seem to fix
 */
export function* findExclusions(search: Search, given: "categories" | "numbers"): InPieces<void> {
  const { schemas } = search.rows;
  const conditions: (readonly number[])[] = [];
  for (const [column, schema] of schemas.entries()) {
    const isGiven = isCategorical(schema) === (given === "categories");
    conditions.push(isGiven ? conditionsOf(search, column) : []);
    yield;
  }
  const taken = new Set(
    search.found.flatMap((relation) => (relation.kind === "exclusion" ? [relation.column] : [])),
  );
  const mayMiss = new Set(
    search.found.flatMap((relation) =>
      (relation.kind === "sum" || relation.kind === "product") &&
      isKept(relation) &&
      relation.missing === true
        ? [relation.column]
        : [],
    ),
  );
  const found: Fixed[] = [];
  for (const [column, { name }] of schemas.entries()) {
    const isComputed = search.isComputed(column);
    if ((isComputed && !mayMiss.has(name)) || taken.has(name)) continue;
    for (const [other, values] of conditions.entries()) {
      if (other === column || values.length === 0) continue;
      const fixed = fixedBy(search, other, values, column);
      // Of a computed column only its missing cells are open.
      found.push(...(isComputed ? fixed.filter(({ value }) => Number.isNaN(value)) : fixed));
      yield;
    }
  }
  found.sort(
    (a, b) =>
      Number(a.hasExceptions) - Number(b.hasExceptions) ||
      b.rows - a.rows ||
      Number(b.only) - Number(a.only) ||
      a.given - b.given,
  );
  const chosen = new Map<number, number>();
  for (const fixed of found) {
    if ((chosen.get(fixed.column) ?? fixed.given) !== fixed.given) continue;
    const isListed = yield* list(search, fixed);
    if (isListed && !fixed.hasExceptions) chosen.set(fixed.column, fixed.given);
  }
}

function list(search: Search, fixed: Fixed): InPieces<boolean> {
  const { column } = fixed;
  const { schemas, rows } = search.rows;
  const given = schemas[fixed.given]!;
  const canBeOnly = isCategorical(schemas[column]!) || Number.isNaN(fixed.value);
  const relation: ExclusionRelation = {
    kind: "exclusion",
    column: schemas[column]!.name,
    given: given.name,
    when: fixed.when.map((code) => cellOfCode(given, code)),
    value: cellOfCode(schemas[column]!, fixed.value),
    ...(fixed.only && canBeOnly ? { only: true } : {}),
  };
  return search.add(relation, evidenceOf(fixed.broken, rows));
}

/**
 * The codes of a column that may be a condition: a category's values, those of a number that has few, of others the most frequent where it ends
 * the range, missing cells.
 */
function conditionsOf({ rows: { schemas, codes, rows } }: Search, column: number): number[] {
  const counts = new Map<number, number>();
  for (const code of codes[column]!) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size < 2) return [];
  if (isCategorical(schemas[column]!)) return counts.size > MOST_VALUES ? [] : [...counts.keys()];
  const present = [...counts.keys()].filter((code) => !Number.isNaN(code)).sort((a, b) => a - b);
  // A number that means something of its own ends the range and is the most frequent: 0, -1 for "never", 999.
  const most = present.reduce((best, code) => Math.max(best, counts.get(code)!), 0);
  const ends = [present[0]!, present[present.length - 1]!];
  const special =
    present.length <= FEW_NUMBERS ? present : ends.filter((code) => counts.get(code) === most);
  return [NaN, ...special].filter((code) => (counts.get(code) ?? 0) >= LEAST_HELD * rows);
}

function fixedBy(
  { rows: { codes, rows, schemas }, mostExceptions }: Search,
  given: number,
  conditions: readonly number[],
  column: number,
): Fixed[] {
  const [from, to] = [codes[given]!, codes[column]!];
  /** Per condition how many rows have which value; undefined once too many have another one. */
  const own = new Map<number, Map<number, number> | undefined>(
    conditions.map((code) => [code, new Map<number, number>()]),
  );
  let open = own.size;
  for (let row = 0; row < rows; row++) {
    const seen = own.get(from[row]!);
    if (seen === undefined) continue;
    const value = to[row]!;
    seen.set(value, (seen.get(value) ?? 0) + 1);
    // One value of most rows, and a further one for each exception.
    if (seen.size <= 1 + mostExceptions) continue;
    own.set(from[row]!, undefined);
    // Most columns say after a few rows that nothing fixes them.
    if (--open === 0) return [];
  }
  const totals = new Map<number, number>();
  for (const value of to) totals.set(value, (totals.get(value) ?? 0) + 1);
  const exact = new Map<number, Held>();
  const nearly = new Map<number, Held>();
  for (const [key, seen] of own) {
    if (seen === undefined || seen.size === 0) continue;
    const [value, count] = [...seen].reduce((a, b) => (b[1] > a[1] ? b : a));
    const exceptions = [...seen.values()].reduce((sum, n) => sum + n, -count);
    // A value of a number nearly says something of many columns, as neighbouring values do.
    if (exceptions > (isCategorical(schemas[given]!) ? MOST_OF_CONDITION * count : 0)) continue;
    const others = 1 - totals.get(value)! / rows;
    // Chance would have had another value in one of these rows.
    if (-count * Math.log1p(-others) < LEAST_SURPRISE) continue;
    const byValue = exceptions === 0 ? exact : nearly;
    const entry = byValue.get(value) ?? { when: [], rows: 0 };
    entry.when.push(key);
    entry.rows += count;
    byValue.set(value, entry);
  }
  const fixed = (byValue: ReadonlyMap<number, Held>, hasExceptions: boolean): Fixed[] =>
    [...byValue].map(([value, { when, rows: held }]) => {
      const total = totals.get(value)!;
      // All of a value's rows lie here, where chance would have put the share of the others elsewhere.
      const surprise = -total * Math.log(held / rows);
      return {
        column,
        given,
        when,
        value,
        only: !hasExceptions && total === held && surprise >= LEAST_SURPRISE,
        hasExceptions,
        rows: held,
        broken: held * (1 - total / rows),
      };
    });
  return [...fixed(exact, false), ...fixed(nearly, true)];
}

/** Conditions that fix a column to one value, and how many rows they hold. */
interface Held {
  readonly when: number[];
  rows: number;
}
