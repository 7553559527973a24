/** Columns that others give exactly, up to rounding: by regression of each column on those before it. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { RowCodes } from "../row-codes.ts";
import { decimalsIn, isRounded } from "../rounding.ts";
import { roundestBetween, roundings } from "./round-numbers.ts";

/** Rows for each column: fewer are met by chance. */
export const ROWS_PER_COLUMN = 5;
const MOST_ROWS = 5000;
const MOST_COLUMNS = 200;

/** `column = plus + sum times * term`. */
export interface Dependence {
  readonly column: number;
  readonly terms: readonly (readonly [number, number])[];
  readonly plus: number;
}

/**
 * The dependences among columns, each of a column on independent ones before it, with coefficients as people choose them; in pieces.
 *
 * @param of the rows to look at, ascending: those of them that have all the columns
 */
export function* linearDependence(
  rows: RowCodes,
  columns: readonly number[],
  of: Iterable<number> = rows.codes[0]!.keys(),
): InPieces<Dependence[]> {
  const usable = columns.slice(0, MOST_COLUMNS);
  const picked: number[] = [];
  for (const row of of) {
    if (picked.length === MOST_ROWS) break;
    if (usable.every((column) => !Number.isNaN(rows.codes[column]![row]!))) picked.push(row);
  }
  if (picked.length < ROWS_PER_COLUMN * usable.length || usable.length < 2) return [];
  const n = picked.length;
  // An orthonormal basis of the independent columns, twice orthogonalised (Gram-Schmidt).
  const basis: { readonly column: number; readonly q: Float64Array; readonly r: number[] }[] = [];
  const found: Dependence[] = [];
  for (const column of usable) {
    yield;
    const values = Float64Array.from(picked, (row) => rows.codes[column]![row]!);
    const mean = values.reduce((sum, value) => sum + value / n, 0);
    const q = values.map((value) => value - mean);
    const r = basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++)
      basis.forEach((other, k) => {
        const dot = q.reduce((sum, value, i) => sum + value * other.q[i]!, 0);
        r[k]! += dot;
        for (let i = 0; i < n; i++) q[i]! -= dot * other.q[i]!;
      });
    const size = Math.sqrt(q.reduce((sum, value) => sum + value * value, 0));
    const total = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    const step = 10 ** -(decimalsIn(rows.schemas[column]!) ?? 15);
    if (total > 0 && size / Math.sqrt(n) <= 0.6 * step + 1e-10 * (total / Math.sqrt(n))) {
      const dependence = rounded(rows, picked, column, coefficients(basis, r));
      if (dependence !== undefined) found.push(dependence);
    } else if (size > 0) basis.push({ column, q: q.map((value) => value / size), r: [...r, size] });
  }
  return found;
}

/** Back substitution: coefficients on the columns themselves. */
function coefficients(
  basis: readonly { readonly column: number; readonly r: readonly number[] }[],
  r: readonly number[],
): [number, number][] {
  const times = [...r];
  for (let k = basis.length - 1; k >= 0; k--) {
    times[k]! /= basis[k]!.r[k]!;
    for (let j = 0; j < k; j++) times[j]! -= times[k]! * basis[k]!.r[j]!;
  }
  return basis.map(({ column }, k) => [column, times[k]!]);
}

/** The dependence with the roundest coefficients under which every picked row holds; undefined where none does. */
function rounded(
  rows: RowCodes,
  picked: readonly number[],
  column: number,
  exact: readonly (readonly [number, number])[],
): Dependence | undefined {
  const target = rows.codes[column]!;
  const half = 0.5 * 10 ** -(decimalsIn(rows.schemas[column]!) ?? 12);
  const spread = (j: number): number => {
    let [low, high] = [Infinity, -Infinity];
    for (const row of picked) {
      low = Math.min(low, rows.codes[j]![row]!);
      high = Math.max(high, rows.codes[j]![row]!);
    }
    return high - low;
  };
  // What a column adds within its whole range less than half a step is nothing.
  const terms = exact.filter(([j, times]) => Math.abs(times) * spread(j) > 1.2 * half);
  for (let digits = 0; digits < 8; digits++) {
    const tried = terms.map(([j, times]) => {
      const choices = roundings(times);
      return [j, choices[Math.min(digits, choices.length - 1)]!] as const;
    });
    let [low, high] = [-Infinity, Infinity];
    const rounding = isRounded(rows.schemas, column, tried) ? half : 0;
    for (const row of picked) {
      let rest = target[row]!;
      for (const [j, times] of tried) rest -= times * rows.codes[j]![row]!;
      const slack = rounding + 1e-11 * Math.abs(target[row]!);
      low = Math.max(low, rest - slack);
      high = Math.min(high, rest + slack);
    }
    const plus = roundestBetween(low, high);
    if (plus !== undefined && tried.length > 0) return { column, terms: tried, plus };
  }
  return undefined;
}
