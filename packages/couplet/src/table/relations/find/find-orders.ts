/** Columns that are never below others: numbers, dates and times. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { OrderRelation } from "../../schema/relation.ts";
import { isNumeric } from "../../schema/schema.ts";
import { kindOf } from "../kinds/index.ts";
import { placedOrder, stepIn } from "../kinds/order.ts";
import { areComparable, inUnitOf } from "../row-codes.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { Search } from "./search.ts";

const MOST_COLUMNS = 400;
/** Of the spread of a column: a difference that spreads less is easier to model than the column. */
const NARROWER = 0.7;
/** Of the spread that is left: what one more part of a sum below a total has to take away. */
const WORTH_A_PART = 0.95;
/** Rows without a tie that make `<` of `<=`. */
const ROWS_FOR_STRICT = 200;

interface Pair {
  readonly low: number;
  readonly high: number;
  readonly evidence: Evidence;
  readonly exceptions: number;
  readonly strict: boolean;
}

/** Finds all orders, lists those that no others imply, and joins low ends whose sum stays below; in pieces. */
export function* findOrders(search: Search): InPieces<void> {
  const all = yield* allPairs(search);
  const copies = computedCopies(search, all);
  const pairs = all.filter(({ low, high }) => !copies.has(low) && !copies.has(high));
  let held = pairs.filter(({ exceptions }) => exceptions === 0);
  // Those that a computed difference needs come first: others may leave them no room.
  const tried = new Set(held.filter(({ low, high }) => search.needsOrder(low, high)));
  for (const pair of tried) yield* list(search, pair, [pair.low]);
  // What cannot be kept implies nothing: where subtotal = net - discount rules out discount <= subtotal, discount <= net is needed.
  let isFirst = true;
  for (;;) {
    const needed = notImplied(search, held).filter((pair) => !tried.has(pair));
    if (needed.length === 0) break;
    const refused = new Set<Pair>();
    for (const high of new Set(needed.map((pair) => pair.high))) {
      const isBelow = (pair: Pair): boolean => pair.high === high;
      const below = isFirst ? held.filter(isBelow) : [];
      for (const pair of yield* listOrders(search, high, needed.filter(isBelow), below))
        refused.add(pair);
    }
    for (const pair of needed) tried.add(pair);
    held = held.filter((pair) => !refused.has(pair));
    isFirst = false;
  }
  for (const pair of pairs) if (pair.exceptions > 0) yield* list(search, pair, [pair.low]);
  yield* ordersBesideNone(search);
}

/** `low <= high` where the high end is not one of its values below all others that stand for none: built <= renovated, 0 for never. */
function* ordersBesideNone(search: Search): InPieces<void> {
  const { schemas, codes, rows } = search.rows;
  const most = Math.min(schemas.length, MOST_COLUMNS);
  for (let high = 0; high < most; high++) {
    const schema = schemas[high]!;
    const none = isNumeric(schema) ? (schema.sentinels?.below ?? []) : [];
    if (none.length === 0) continue;
    const cells = codes[high]!.map((code) => (none.includes(code) ? NaN : code));
    const without = new Search({ rows, schemas, codes: codes.with(high, cells) });
    for (let low = 0; low < most; low++) {
      if (low === high || !areComparable(schemas[low]!, schema) || search.isComputed(low)) continue;
      yield;
      // Without the values that stand for none the order is one like others; with them it says nothing new of all others.
      const pair = pairOf(search, low, high) === undefined ? pairOf(without, low, high) : undefined;
      if (pair === undefined || pair.exceptions > 0) continue;
      const relation: OrderRelation = {
        kind: "order",
        low: [schemas[low]!.name],
        high: schema.name,
        ...(pair.strict ? { strict: true } : {}),
        unless: none,
      };
      yield* search.add(relation, pair.evidence);
    }
  }
}

/** The orders that no others imply. */
function notImplied(search: Search, held: readonly Pair[]): Pair[] {
  const isHeld = holding(held);
  // a <= b <= c says a <= c, unless b is a or c in every row.
  const isBetween = (low: number, between: number, high: number): boolean =>
    isHeld(low, between) &&
    isHeld(between, high) &&
    !isHeld(between, low) &&
    !isHeld(high, between);
  return held.filter(
    ({ low, high }) => !search.rows.schemas.some((_, between) => isBetween(low, between, high)),
  );
}

/** Computed columns that have another one's cell in every row: what orders say of that one they say of both. */
function computedCopies(search: Search, pairs: readonly Pair[]): ReadonlySet<number> {
  const { codes } = search.rows;
  const isHeld = holding(pairs);
  const copies = new Set<number>();
  for (const { low, high } of pairs) {
    if (!search.isComputed(low) || copies.has(high) || !isHeld(low, high) || !isHeld(high, low))
      continue;
    const [own, other] = [codes[low]!, codes[high]!];
    if (own.every((code, row) => Number.isNaN(code) === Number.isNaN(other[row]!))) copies.add(low);
  }
  return copies;
}

/** Whether an order is among those that all rows keep. */
function holding(pairs: readonly Pair[]): (low: number, high: number) => boolean {
  const held = new Set(
    pairs.flatMap(({ low, high, exceptions }) => (exceptions === 0 ? [`${low} ${high}`] : [])),
  );
  return (low, high) => held.has(`${low} ${high}`);
}

/**
 * @param all the low ends of `high`, also those that are below another one; empty for those of a further look, which sums say nothing of
 * @returns the pairs that other relations leave no room for
 */
function* listOrders(
  search: Search,
  high: number,
  pairs: readonly Pair[],
  all: readonly Pair[],
): InPieces<readonly Pair[]> {
  const sum =
    all.length < 2 || search.isComputed(high) ? undefined : yield* sumBelow(search, high, all);
  let isListed = false;
  if (sum !== undefined) {
    const joined = all.filter(({ low }) => sum.includes(low));
    const best = joined.reduce((a, b) => (b.evidence.share > a.evidence.share ? b : a));
    isListed = yield* list(search, { ...best, strict: false }, sum);
  }
  const refused: Pair[] = [];
  for (const pair of pairs)
    if ((!isListed || !sum!.includes(pair.low)) && !(yield* list(search, pair, [pair.low])))
      refused.push(pair);
  return refused;
}

function* list(search: Search, pair: Pair, lows: readonly number[]): InPieces<boolean> {
  const { schemas, codes } = search.rows;
  const relation: OrderRelation = {
    kind: "order",
    low: lows.map((low) => schemas[low]!.name),
    high: schemas[pair.high]!.name,
    ...(pair.strict ? { strict: true } : {}),
  };
  const { lowAt } = placedOrder(relation, schemas);
  const differences = codes[pair.high]!.map((code, row) => code - lowAt(codes, row));
  yield;
  const isNarrow = spreadOf(differences) < NARROWER * spreadOf(codes[pair.high]!);
  return yield* search.add({ ...relation, ...(isNarrow ? {} : { by: "bound" }) }, pair.evidence);
}

/** The low ends whose sum is never above the high end either, as far as each narrows what is left. */
function* sumBelow(
  search: Search,
  high: number,
  pairs: readonly Pair[],
): InPieces<readonly number[] | undefined> {
  const { schemas, codes, rows } = search.rows;
  const isSummand = ({ low }: Pair): boolean => {
    const { type } = schemas[low]!;
    return (type === "number" || type === "integer") && codes[low]!.every((code) => !(code < 0));
  };
  const summands = pairs.filter(isSummand).map(({ low }) => low);
  const mean = (column: number): number =>
    codes[column]!.reduce((a, b) => a + (Number.isNaN(b) ? 0 : b), 0);
  summands.sort((a, b) => mean(b) - mean(a));
  let chosen: number[] = [];
  let spread = Infinity;
  for (const low of summands) {
    yield;
    const tried = [...chosen, low];
    const relation: OrderRelation = {
      kind: "order",
      low: tried.map((c) => schemas[c]!.name),
      high: schemas[high]!.name,
    };
    if (kindOf(relation).brokenRows(relation, { schemas, codes, rows }).length > 0) continue;
    const { lowAt } = placedOrder(relation, schemas);
    const next = spreadOf(codes[high]!.map((code, row) => code - lowAt(codes, row)));
    if (next > WORTH_A_PART * spread) continue;
    [chosen, spread] = [tried, next];
  }
  return chosen.length > 1 ? chosen : undefined;
}

/** The standard deviation of the present cells. */
function spreadOf(codes: Float64Array): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const code of codes) if (!Number.isNaN(code)) [count, sum] = [count + 1, sum + code];
  const mean = sum / count;
  for (const code of codes) if (!Number.isNaN(code)) squares += (code - mean) ** 2;
  return Math.sqrt(squares / Math.max(1, count));
}

function* allPairs(search: Search): InPieces<Pair[]> {
  const { schemas } = search.rows;
  const pairs: Pair[] = [];
  const most = Math.min(schemas.length, MOST_COLUMNS);
  for (let low = 0; low < most; low++)
    for (let high = 0; high < most; high++) {
      if (low === high || !areComparable(schemas[low]!, schemas[high]!)) continue;
      yield;
      const pair = pairOf(search, low, high);
      if (pair !== undefined) pairs.push(pair);
    }
  return pairs;
}

function pairOf(search: Search, low: number, high: number): Pair | undefined {
  const { schemas, codes, rows } = search.rows;
  const unit = inUnitOf(schemas[high]!, schemas[low]!);
  const [a, b] = [codes[low]!, codes[high]!];
  const [lows, highs] = [search.sorted(low), search.sorted(high)];
  // Ranges that do not overlap keep any order, shuffled or not.
  if (lows.length === 0 || highs.length === 0 || unit(lows[lows.length - 1]!) <= highs[0]!)
    return undefined;
  let [exceptions, ties, present] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const gap = b[row]! - unit(a[row]!);
    if (gap < 0 && ++exceptions > search.mostExceptions) return undefined;
    if (gap === 0) ties++;
    if (!Number.isNaN(gap)) present++;
  }
  const shuffled = evidenceOf(present * shareAbove(lows.map(unit), highs), rows);
  const evidence = search.needsOrder(low, high) ? { ...shuffled, enough: true } : shuffled;
  if (!evidence.enough) return undefined;
  const strict =
    ties === 0 && exceptions === 0 && present >= ROWS_FOR_STRICT && stepIn(schemas[high]!) > 0;
  return { low, high, evidence, exceptions, strict };
}

/** P(A > B) of independent draws from two sorted samples; units ascend with their numbers, so that samples in another unit stay sorted. */
function shareAbove(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return 0;
  let [above, j] = [0, 0];
  for (const value of a) {
    while (j < b.length && b[j]! < value) j++;
    above += j;
  }
  return above / (a.length * b.length);
}
