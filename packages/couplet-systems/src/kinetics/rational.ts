/** Exact fractions, for linear algebra on stoichiometric matrices: rank must not depend on rounding. */
export interface Rational {
  readonly n: bigint;
  /** Always positive, and coprime to `n`. */
  readonly d: bigint;
}

/** The fraction 0. */
export const zero: Rational = { n: 0n, d: 1n };
/** The fraction 1. */
export const one: Rational = { n: 1n, d: 1n };

/** The greatest common divisor, from 0 up. */
export function gcd(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** n / d in lowest terms; d is not 0. */
export function rational(n: bigint, d: bigint = 1n): Rational {
  const divisor = gcd(n, d) * (d < 0n ? -1n : 1n);
  return divisor === 0n ? zero : { n: n / divisor, d: d / divisor };
}

/** a + b. */
export const add = (a: Rational, b: Rational): Rational =>
  rational(a.n * b.d + b.n * a.d, a.d * b.d);
/** a b. */
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
/** -a. */
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
/** a / b; b is not 0. */
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
/** The nearest double, where n and d are doubles. */
export const toNumber = (a: Rational): number => Number(a.n) / Number(a.d);

/**
 * The fraction that a float64 stands for: the simplest one (continued fractions, denominator up to a
 * million) within one part in 1e12, so that 0.333333333333 reads as 1/3; otherwise the float's exact value.
 */
export function fromNumber(x: number): Rational {
  if (Number.isInteger(x)) return { n: BigInt(x), d: 1n };
  let [h0, h1, k0, k1] = [0, 1, 1, 0];
  let rest = Math.abs(x);
  for (let i = 0; i < 40; i++) {
    const whole = Math.floor(rest);
    [h0, h1] = [h1, whole * h1 + h0];
    [k0, k1] = [k1, whole * k1 + k0];
    if (k1 > 1e6) break;
    if (Math.abs(h1 / k1 - Math.abs(x)) <= 1e-12 * Math.abs(x))
      return rational(BigInt(x < 0 ? -h1 : h1), BigInt(k1));
    rest = 1 / (rest - whole);
  }
  let exponent = 0;
  let scaled = x;
  while (!Number.isInteger(scaled)) [scaled, exponent] = [scaled * 2, exponent + 1];
  return rational(BigInt(scaled), 1n << BigInt(exponent));
}

/** A row by column; zeros are left out, as most entries of a stoichiometric matrix are. */
export type SparseRow = Map<number, Rational>;

/** The entries of a row that are not zero. */
export function sparseRow(row: readonly Rational[]): SparseRow {
  const sparse: SparseRow = new Map();
  row.forEach((x, j) => {
    if (x.n !== 0n) sparse.set(j, x);
  });
  return sparse;
}

/** Rows in echelon form that grow one by one: what of a new row is independent of those before. */
export class Echelon {
  readonly #place: (column: number) => number;
  /** By pivot column; 1 at the pivot, 0 at the pivots that were there before it came. */
  readonly #rows = new Map<number, SparseRow>();

  /** @param order columns in the order in which they may become pivots; default left to right */
  constructor(order?: readonly number[]) {
    if (order === undefined) {
      this.#place = (column) => column;
      return;
    }
    const places = new Map(order.map((column, place) => [column, place]));
    this.#place = (column) => places.get(column) ?? Infinity;
  }

  get rank(): number {
    return this.#rows.size;
  }

  /** Adds a row, unless those before span it. Columns that are not in the order are carried along. */
  add(row: SparseRow): boolean {
    const rest = new Map(row);
    // Clearing a column may fill others that have a pivot.
    for (;;) {
      let next: number | undefined;
      for (const column of rest.keys())
        if (
          this.#rows.has(column) &&
          (next === undefined || this.#place(column) < this.#place(next))
        )
          next = column;
      if (next === undefined) break;
      clear(rest, next, this.#rows.get(next)!);
    }
    let pivot: number | undefined;
    for (const column of rest.keys())
      if (
        this.#place(column) < Infinity &&
        (pivot === undefined || this.#place(column) < this.#place(pivot))
      )
        pivot = column;
    if (pivot === undefined) return false;
    const by = rest.get(pivot)!;
    for (const [column, x] of rest) rest.set(column, divide(x, by));
    this.#rows.set(pivot, rest);
    return true;
  }

  /** The reduced form: rows in the order of their pivots, each with 0 at the pivots of the others. */
  reduced(): { readonly pivot: number; readonly row: SparseRow }[] {
    const pivots = [...this.#rows.keys()].sort((a, b) => this.#place(a) - this.#place(b));
    // From the last pivot up: rows below are reduced already, and bring no pivots back.
    for (let k = pivots.length - 1; k >= 0; k--) {
      const row = this.#rows.get(pivots[k]!)!;
      for (const column of pivots.filter((other) => other !== pivots[k] && row.has(other)))
        clear(row, column, this.#rows.get(column)!);
    }
    return pivots.map((pivot) => ({ pivot, row: this.#rows.get(pivot)! }));
  }
}

/** Takes as much of `other`, which has 1 there, from the row as makes `column` 0. */
function clear(row: SparseRow, column: number, other: SparseRow): void {
  const minus = negate(row.get(column)!);
  for (const [c, y] of other) {
    const x = row.get(c);
    const sum = x === undefined ? multiply(minus, y) : add(x, multiply(minus, y));
    if (sum.n === 0n) row.delete(c);
    else row.set(c, sum);
  }
}
