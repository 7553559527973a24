/** Exact fractions, for linear algebra on stoichiometric matrices: rank must not depend on rounding. */
export interface Rational {
  readonly n: bigint;
  /** Always positive, and coprime to `n`. */
  readonly d: bigint;
}

export const zero: Rational = { n: 0n, d: 1n };
export const one: Rational = { n: 1n, d: 1n };

export function gcd(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

export function rational(n: bigint, d: bigint = 1n): Rational {
  const divisor = gcd(n, d) * (d < 0n ? -1n : 1n);
  return divisor === 0n ? zero : { n: n / divisor, d: d / divisor };
}

export const add = (a: Rational, b: Rational): Rational =>
  rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
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

/**
 * Reduced row echelon form, in place and exact.
 * @param order columns in the order in which they may become pivots; default left to right
 * @returns the pivot column of each non-zero row, in row order
 */
export function rowEchelon(rows: Rational[][], order?: readonly number[]): number[] {
  const columns = order ?? Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => j);
  const pivots: number[] = [];
  for (const j of columns) {
    const top = pivots.length;
    const found = rows.findIndex((row, i) => i >= top && row[j]!.n !== 0n);
    if (found < 0) continue;
    [rows[top], rows[found]] = [rows[found]!, rows[top]!];
    const pivot = rows[top]![j]!;
    rows[top] = rows[top]!.map((x) => (x.n === 0n ? x : divide(x, pivot)));
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i]![j]!;
      if (i === top || factor.n === 0n) continue;
      const minus = negate(factor);
      rows[i] = rows[i]!.map((x, c) =>
        rows[top]![c]!.n === 0n ? x : add(x, multiply(minus, rows[top]![c]!)),
      );
    }
    pivots.push(j);
  }
  return pivots;
}
