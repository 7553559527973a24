import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { FeatureMatrix } from "../../../table/quality/feature-matrix.ts";
import { isCategorical } from "../../../table/schema/schema.ts";
import { correlation, ranks } from "../../../statistics/rank-correlation.ts";

/** How columns go together, in the rows and in the samples. */
export interface AssociationReport {
  readonly columns: readonly string[];
  /** columns x columns. Two numbers: Spearman's rank correlation; else 0 to 1: a correlation ratio or Cramer's V, corrected for chance. */
  readonly real: readonly (readonly number[])[];
  readonly sampled: readonly (readonly number[])[];
  /** Sizes of differences that two samples of these sizes show by chance at no association, 95 %. */
  readonly noise: number;
  /** Mean over pairs of |sampled - real|. */
  readonly meanDifference: number;
  readonly rows: { readonly real: number; readonly sampled: number };
}

/**
 * The association of all pairs of columns:
 *
 * - two numbers (dates too): Spearman's rank correlation, -1 to 1;
 * - a number and a category: the correlation ratio of the number's ranks, corrected for chance (epsilon), 0 to 1;
 * - two categories: Cramer's V, corrected for chance, 0 to 1.
 *
 * Rows where either cell is missing are left out, pair by pair.
 *
 * In pieces, one a pair.
 *
 * @returns columns x columns, symmetric, 1 on the diagonal
 * @see Bergsma 2013, "A bias-correction for Cramer's V and Tschuprow's T"; Kelley 1935 for epsilon
 */
export function* association(matrix: FeatureMatrix): InPieces<number[][]> {
  const { columns, schemas } = matrix;
  const out = columns.map(() => Array.from({ length: columns.length }, () => 1));
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < i; j++) {
      yield;
      const [x, y] = presentPairs(columns[i]!, columns[j]!);
      const [first, second] = [isCategorical(schemas[i]!), isCategorical(schemas[j]!)];
      out[i]![j] = out[j]![i] =
        first && second
          ? cramer(x, y)
          : first
            ? correlationRatio(x, y)
            : second
              ? correlationRatio(y, x)
              : correlation(ranks(x), ranks(y));
    }
  return out;
}

/** Association in both tables over the same columns. In pieces. */
export function* associationReport(
  real: FeatureMatrix,
  sampled: FeatureMatrix,
): InPieces<AssociationReport> {
  const [a, b] = [yield* association(real), yield* association(sampled)];
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      sum += Math.abs(a[i]![j]! - b[i]![j]!);
      pairs++;
    }
  return {
    columns: real.schemas.map(({ name }) => name),
    real: a,
    sampled: b,
    noise: 1.96 * Math.sqrt(1 / real.rows + 1 / sampled.rows),
    meanDifference: pairs === 0 ? 0 : sum / pairs,
    rows: { real: real.rows, sampled: sampled.rows },
  };
}

function presentPairs(x: Float64Array, y: Float64Array): [Float64Array, Float64Array] {
  const both = (_: number, i: number): boolean => !Number.isNaN(x[i]!) && !Number.isNaN(y[i]!);
  return [x.filter(both), y.filter(both)];
}

/** Epsilon: the square root of 1 - (variance within groups) / (variance), each by its degrees of freedom. */
function correlationRatio(groups: Float64Array, values: Float64Array): number {
  const n = values.length;
  const ranked = ranks(values);
  const sums = new Map<number, { count: number; sum: number }>();
  let [total, squares] = [0, 0];
  ranked.forEach((rank, i) => {
    const group = sums.get(groups[i]!) ?? { count: 0, sum: 0 };
    group.count++;
    group.sum += rank;
    sums.set(groups[i]!, group);
    total += rank;
    squares += rank * rank;
  });
  const all = squares - (total * total) / n;
  let between = -(total * total) / n;
  for (const { count, sum } of sums.values()) between += (sum * sum) / count;
  if (!(all > 0) || n <= sums.size) return 0;
  const within = (all - between) / (n - sums.size);
  return Math.sqrt(Math.max(0, 1 - within / (all / (n - 1))));
}

/** Cramer's V without the part that chance gives it. */
function cramer(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const [rows, columns, cells] = [
    new Map<number, number>(),
    new Map<number, number>(),
    new Map<string, number>(),
  ];
  x.forEach((a, i) => {
    const b = y[i]!;
    rows.set(a, (rows.get(a) ?? 0) + 1);
    columns.set(b, (columns.get(b) ?? 0) + 1);
    const key = `${a},${b}`;
    cells.set(key, (cells.get(key) ?? 0) + 1);
  });
  // chi^2 / n = sum n_ab^2 / (n_a n_b) - 1, over the cells that occur.
  let phi = -1;
  for (const [key, count] of cells) {
    const [a, b] = key.split(",").map(Number) as [number, number];
    phi += (count * count) / (rows.get(a)! * columns.get(b)!);
  }
  const [r, c] = [rows.size, columns.size];
  if (n < 2 || r < 2 || c < 2) return 0;
  const corrected = Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1));
  const least = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return least > 0 ? Math.min(1, Math.sqrt(corrected / least)) : 0;
}
