/** The pair of variables that correlate most. */
export interface LargestCorrelation {
  /** Pearson's r; 0 with fewer than two columns. */
  readonly value: number;
  readonly pair: readonly [number, number];
  /** How many pairs it was chosen from. */
  readonly pairs: number;
}

/** The correlation of largest absolute value among all pairs of columns of equal length. */
export function largestCorrelation(columns: readonly Float64Array[]): LargestCorrelation {
  let value = 0;
  let pair: [number, number] = [0, 0];
  const scaled = columns.map(centredAndScaled);
  for (let a = 0; a < scaled.length; a++)
    for (let b = 0; b < a; b++) {
      const r = dot(scaled[a]!, scaled[b]!);
      if (Math.abs(r) > Math.abs(value)) [value, pair] = [r, [b, a]];
    }
  return { value, pair, pairs: pairsOf(columns.length) };
}

/** The pair of variables whose correlation differs most from a reference's. */
export interface FurthestCorrelation extends LargestCorrelation {
  /** The difference in standard errors, of the pair where that is largest: near standard normal where the laws are one. */
  readonly score: number;
}

/**
 * The pair of columns whose correlation r differs most from the reference's r_0, in standard errors:
 *
 *   (r - r_0) / (s sqrt(1 / n + 1 / m)),   s^2 = the variance of a b - r_0 (a^2 + b^2) / 2 over the reference's standardised columns
 *
 * s is the asymptotic deviation of sqrt(n) r for any law of finite fourth moments (1 - r_0^2 for a normal one).
 *
 * @param columns of n rows each
 * @param reference as many columns, of m rows each; `value` is r - r_0
 */
export function furthestCorrelation(
  columns: readonly Float64Array[],
  reference: readonly Float64Array[],
): FurthestCorrelation {
  let [value, score] = [0, 0];
  let pair: [number, number] = [0, 0];
  const [own, other] = [columns.map(centredAndScaled), reference.map(centredAndScaled)];
  const [n, m] = [columns[0]?.length ?? 1, reference[0]?.length ?? 1];
  for (let a = 0; a < own.length; a++)
    for (let b = 0; b < a; b++) {
      const [x, y] = [other[a]!, other[b]!];
      const expected = dot(x, y);
      let squares = 0;
      for (let i = 0; i < m; i++)
        squares += (m * (x[i]! * y[i]! - 0.5 * expected * (x[i]! ** 2 + y[i]! ** 2))) ** 2;
      const error = Math.sqrt((squares / m) * (1 / n + 1 / m));
      const difference = dot(own[a]!, own[b]!) - expected;
      const found = error > 0 ? difference / error : 0;
      if (Math.abs(found) > Math.abs(score)) [value, score, pair] = [difference, found, [b, a]];
    }
  return { value, score, pair, pairs: pairsOf(columns.length) };
}

function pairsOf(count: number): number {
  return Math.max(1, (count * (count - 1)) / 2);
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** Mean 0 and squares that sum to 1. */
function centredAndScaled(column: Float64Array): Float64Array {
  const n = column.length;
  const mean = column.reduce((sum, v) => sum + v / n, 0);
  const size = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0));
  return column.map((v) => (size > 0 ? (v - mean) / size : 0));
}
