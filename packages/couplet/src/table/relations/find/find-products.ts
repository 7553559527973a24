/** Products and quotients of two columns of numbers, and of one with the square of another. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { ProductRelation } from "../../schema/relation.ts";
import { decimalsIn } from "../rounding.ts";
import { listFormula } from "./find-formulas.ts";
import { roundings } from "./round-numbers.ts";
import type { Search } from "./search.ts";

const MOST_COLUMNS = 80;
const FIRST_LOOK = 60;

/** Powers of the second column: products, quotients, then squares in both places (weight / height^2). */
const POWERS = [1, -1, -2, 2] as const;
type Power = (typeof POWERS)[number];

/** Finds `c = w a b`, then `c = w a / b`, `c = w a / b^2` and `c = w a b^2`, for all columns; in pieces. */
export function* findProducts(search: Search): InPieces<void> {
  const numbers = search.numbers().slice(0, MOST_COLUMNS);
  const picked = search.someRows(FIRST_LOOK);
  for (const power of POWERS)
    for (const target of [...numbers].reverse())
      for (const a of numbers) {
        yield;
        for (const b of numbers) {
          if (a === target || b === target || a === b || (power === 1 && b < a)) continue;
          if (!search.isComputed(target)) yield* tryProduct(search, picked, target, a, b, power);
        }
      }
}

function* tryProduct(
  search: Search,
  picked: readonly number[],
  target: number,
  a: number,
  b: number,
  power: Power,
): InPieces<void> {
  const { codes, schemas } = search.rows;
  const size = (row: number): number => codes[a]![row]! * codes[b]![row]! ** power;
  const step = 10 ** -(decimalsIn(schemas[target]!) ?? 12);
  // The row whose product is largest says the factor best.
  let best = -1;
  for (const row of picked) {
    const value = Math.abs(size(row));
    if (Number.isNaN(codes[target]![row]!)) continue;
    if (Number.isFinite(value) && (best < 0 || value > Math.abs(size(best)))) best = row;
  }
  if (best < 0 || size(best) === 0 || codes[target]![best] === 0) return;
  const factor = codes[target]![best]! / size(best);
  const unsure = (0.5 * step) / Math.abs(size(best)) + 1e-11 * Math.abs(factor);
  let misses = 0;
  for (const row of picked) {
    const value = size(row);
    if (!Number.isFinite(value)) continue;
    const off = Math.abs(factor * value - codes[target]![row]!);
    if (off > 0.51 * step + unsure * Math.abs(value) && ++misses > search.mostMisses) return;
  }
  const second = Array.from({ length: Math.abs(power) }, () => schemas[b]!.name);
  for (const times of roundings(factor)) {
    if (Math.abs(times - factor) > unsure) continue;
    const relation: ProductRelation = {
      kind: "product",
      column: schemas[target]!.name,
      factors: power < 0 ? [schemas[a]!.name] : [schemas[a]!.name, ...second],
      ...(power < 0 ? { divisors: second } : {}),
      ...(times === 1 ? {} : { times }),
    };
    if (yield* listFormula(search, relation)) return;
  }
}
