/** Numbers that are the time between two dates: nights between arrival and departure, minutes of a trip. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { SumRelation } from "../../schema/relation.ts";
import { isDate } from "../../schema/schema.ts";
import { listFormula } from "./find-formulas.ts";
import { hasEnd } from "./find-sums.ts";
import type { Search } from "./search.ts";

const MOST_DATES = 40;
/** Rows that a span has to pass first. */
const FIRST_LOOK = 60;
/** Units of a date's step in one of the number: seconds in a minute, an hour, a day; hours in a day; days in a week. */
const UNITS = [1, 60, 3600, 86_400, 24, 7, 1440, 1000];

/**
 * Finds `n = (later - earlier) / unit`, in pieces: the number is computed; the later date in its place where the number has been computed already, or
 * ends somewhere and is never negative, so that it keeps to its values. Only of dates in the same unit.
 */
export function* findSpans(search: Search): InPieces<void> {
  const { schemas } = search.rows;
  const dates = schemas
    .flatMap((schema, column) => (isDate(schema) ? [column] : []))
    .slice(0, MOST_DATES);
  const picked = search.someRows(FIRST_LOOK);
  for (const later of dates)
    for (const earlier of dates) {
      if (later === earlier || !isSameUnit(search, later, earlier)) continue;
      yield;
      for (const number of search.numbers())
        for (const unit of UNITS)
          if (isSpan(search, picked, { later, earlier, number, unit })) {
            yield* trySpan(search, { later, earlier, number, unit });
            break;
          }
    }
}

interface Span {
  readonly later: number;
  readonly earlier: number;
  readonly number: number;
  readonly unit: number;
}

function isSameUnit({ rows: { schemas } }: Search, a: number, b: number): boolean {
  const [one, other] = [schemas[a]!, schemas[b]!];
  return isDate(one) && isDate(other) && one.unit === other.unit;
}

function isSpan(
  { rows: { codes }, mostMisses }: Search,
  picked: readonly number[],
  { later, earlier, number, unit }: Span,
): boolean {
  let [known, misses] = [false, 0];
  for (const row of picked) {
    const off = (codes[later]![row]! - codes[earlier]![row]!) / unit - codes[number]![row]!;
    if (Number.isNaN(off)) continue;
    known = true;
    // A number may be rounded, to whole units at the coarsest.
    if (Math.abs(off) > 0.5 && ++misses > mostMisses) return false;
  }
  return known;
}

function* trySpan(search: Search, { later, earlier, number, unit }: Span): InPieces<void> {
  const name = (column: number): string => search.rows.schemas[column]!.name;
  const ofNumber: SumRelation = {
    kind: "sum",
    column: name(number),
    terms: [
      { column: name(later), times: 1 / unit },
      { column: name(earlier), times: -1 / unit },
    ],
  };
  const ofLater: SumRelation = {
    kind: "sum",
    column: name(later),
    terms: [
      { column: name(earlier), times: 1 },
      { column: name(number), times: unit },
    ],
  };
  const isSafe = hasEnd(search.rows.schemas[number]!) && search.sorted(number)[0]! >= 0;
  for (const candidate of isSafe ? [ofLater, ofNumber] : [ofNumber, ofLater]) {
    if (search.isComputed(candidate === ofLater ? later : number)) continue;
    if (yield* listFormula(search, candidate)) return;
  }
}
