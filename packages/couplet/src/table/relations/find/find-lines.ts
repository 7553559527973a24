/** Copies and rescaled copies: a column of numbers, or of dates, that lies on a line over another one. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { type ModelledColumnSchema, isDate } from "../../schema/schema.ts";
import { decimalsIn, isRounded } from "../rounding.ts";
import { listFormula, sumOf } from "./find-formulas.ts";
import { roundestBetween, roundings } from "./round-numbers.ts";
import type { Search } from "./search.ts";

const MOST_COLUMNS = 400;
/** Of a factor that a person chose: 0.19, 1.609. */
const FEW_DIGITS = 5;

/** Finds `target = w source + c` among numbers, and among dates of a unit, where w is 1; in pieces. */
export function* findLines(search: Search): InPieces<void> {
  for (const own of [search.numbers().slice(0, MOST_COLUMNS), ...datesByUnit(search)])
    for (const target of [...own].reverse())
      for (const source of own) if (source !== target) yield* findLine(search, source, target);
}

/** Columns of dates, those of a unit together. */
function datesByUnit({ rows: { schemas } }: Search): number[][] {
  const byUnit = new Map<string, number[]>();
  for (const [column, schema] of schemas.entries())
    if (isDate(schema)) byUnit.set(schema.unit, [...(byUnit.get(schema.unit) ?? []), column]);
  return [...byUnit.values()].map((dates) => dates.slice(0, MOST_COLUMNS));
}

/** `target = w source + c`: two rows far apart give w and c, the others decide. Those that are furthest apart say most, unless one is an exception. */
function* findLine(search: Search, source: number, target: number): InPieces<void> {
  if (search.isComputed(source) || search.isComputed(target)) return;
  yield;
  const { codes, rows } = search.rows;
  const [a, t] = [codes[source]!, codes[target]!];
  const whole = furthestApart(a, t, { from: 0, to: rows });
  if (whole === undefined) return;
  const most = search.mostExceptions;
  const middle = { from: Math.floor(rows / 3), to: Math.ceil((2 * rows) / 3) };
  for (const rowsOfLine of most === 0 ? [whole] : [whole, furthestApart(a, t, middle)]) {
    if (rowsOfLine === undefined || !isLine(search, source, target, rowsOfLine, whole)) continue;
    // Two values are always on a line.
    if (!search.hasThreeValues(source)) return;
    yield;
    if (yield* onLine(search, source, target, rowsOfLine)) return;
  }
}

/** Rows with the least and the largest value of a column, of those that have both cells. */
type Ends = readonly [least: number, most: number];

function furthestApart(
  a: Float64Array,
  t: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): Ends | undefined {
  let [least, most] = [-1, -1];
  for (let row = from; row < to; row++) {
    if (Number.isNaN(a[row]!) || Number.isNaN(t[row]!)) continue;
    if (least < 0 || a[row]! < a[least]!) least = row;
    if (most < 0 || a[row]! > a[most]!) most = row;
  }
  return least < 0 || a[least] === a[most] || t[least] === t[most] ? undefined : [least, most];
}

function slopeOf(a: Float64Array, t: Float64Array, [least, most]: Ends): number {
  return (t[most]! - t[least]!) / (a[most]! - a[least]!);
}

/** Half of the last digit of a column. */
function halfStep(schema: ModelledColumnSchema): number {
  return 0.5 * 10 ** -(decimalsIn(schema) ?? 15);
}

/** Whether nearly all rows lie on the line of two of them, as far as the rounding of these two says. */
function isLine(
  { rows: { codes, rows, schemas }, mostExceptions }: Search,
  source: number,
  target: number,
  ends: Ends,
  whole: Ends,
): boolean {
  const [a, t] = [codes[source]!, codes[target]!];
  const [least, most] = ends;
  const slope = slopeOf(a, t, ends);
  const plus = t[least]! - slope * a[least]!;
  // Beyond its two rows a line's rounding grows.
  const further = (a[whole[1]]! - a[whole[0]]!) / (a[most]! - a[least]!);
  const tolerance =
    2.5 * further * halfStep(schemas[target]!) +
    1e-9 * Math.max(Math.abs(t[whole[0]]!), Math.abs(t[whole[1]]!));
  let off = 0;
  for (let row = 0; row < rows; row++)
    if (Math.abs(slope * a[row]! + plus - t[row]!) > tolerance && ++off > mostExceptions)
      return false;
  return true;
}

/** Lists the line with the roundest slope and constant that the rows allow. */
function* onLine(search: Search, source: number, target: number, ends: Ends): InPieces<boolean> {
  const { codes, schemas } = search.rows;
  const [a, t] = [codes[source]!, codes[target]!];
  const half = halfStep(schemas[target]!);
  if (!isDate(schemas[target]!)) {
    const times = multipleOf(a, t, half);
    if (
      times !== undefined &&
      (yield* listFormula(search, sumOf(search.rows, target, [[source, times]], 0)))
    )
      return true;
    yield;
  }
  // Dates are as far apart as they are: days are not stretched.
  const slope = slopeOf(a, t, ends);
  for (const times of isDate(schemas[target]!) ? [1] : roundings(slope)) {
    const rounding = isRounded(schemas, target, [[source, times]]) ? half : 0;
    const lows = new Float64Array(a.length);
    const highs = new Float64Array(a.length);
    for (let row = 0; row < a.length; row++) {
      const rest = t[row]! - times * a[row]!;
      const slack = rounding + 1e-12 * Math.abs(t[row]!);
      [lows[row], highs[row]] = [rest - slack, rest + slack];
    }
    const constant = constantBetween(lows, highs, search.mostExceptions);
    if (constant === undefined || times === 0) continue;
    yield;
    if (yield* listFormula(search, sumOf(search.rows, target, [[source, times]], constant)))
      return true;
  }
  return false;
}

/** Of a third or a twelfth a person writes the number of parts. */
const MOST_PARTS = 60;

/**
 * The factor with which every row holds without a constant: a fraction of few parts (an average is a third of its total), else the roundest number.
 * With a constant beside it rounder factors would do that nobody meant: 0.3331 a + 0.044.
 *
 * @param half half of the last digit of `t`
 */
function multipleOf(a: Float64Array, t: Float64Array, half: number): number | undefined {
  let [low, high] = [-Infinity, Infinity];
  for (let row = 0; row < a.length; row++) {
    const [source, target] = [a[row]!, t[row]!];
    if (Number.isNaN(source) || Number.isNaN(target)) continue;
    const slack = half + 1e-12 * Math.abs(target);
    if (source === 0 && Math.abs(target) > slack) return undefined;
    if (source === 0) continue;
    const ends = [(target - slack) / source, (target + slack) / source];
    low = Math.max(low, Math.min(...ends));
    high = Math.min(high, Math.max(...ends));
    if (low > high) return undefined;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const round = roundestBetween(low, high);
  if (round === undefined || String(Math.abs(round)).length <= FEW_DIGITS) return round;
  for (let parts = 3; parts <= MOST_PARTS; parts++) {
    const fraction = Math.round(((low + high) / 2) * parts) / parts;
    if (fraction !== 0 && fraction >= low && fraction <= high) return fraction;
  }
  return round;
}

/** The roundest number from most of the lows to most of the highs: all of them, else all but a few at either end. */
function constantBetween(
  lows: Float64Array,
  highs: Float64Array,
  exceptions: number,
): number | undefined {
  const present = (cells: Float64Array): Float64Array =>
    cells.filter((cell) => !Number.isNaN(cell)).sort();
  const [below, above] = [present(lows), present(highs)];
  const last = below.length - 1;
  return (
    roundestBetween(below[last]!, above[0]!) ??
    roundestBetween(below[Math.max(0, last - exceptions)]!, above[Math.min(last, exceptions)]!)
  );
}
