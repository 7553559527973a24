import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { isCategorical, type ModelledColumnSchema, type Schema } from "../schema/schema.ts";
import { correlation } from "../../statistics/rank-correlation.ts";
import type { Table } from "../table.ts";
import { featureMatrixInPieces } from "./feature-matrix.ts";

/** How alike one column is in two tables, 1 at best. */
export interface ColumnShape {
  readonly column: string;
  /** 1 - Kolmogorov-Smirnov distance of the present values, or 1 - total variation distance. */
  readonly measure: "1 - KS" | "1 - TV";
  readonly score: number;
}

/** How alike the dependence of two columns is in two tables, 1 at best. */
export interface PairTrend {
  readonly columns: readonly [string, string];
  readonly measure: "correlation" | "contingency";
  readonly score: number;
}

/** How alike two tables are, by columns and by pairs; 1 is alike. */
export interface ShapesAndTrends {
  readonly shapes: readonly ColumnShape[];
  readonly trends: readonly PairTrend[];
  /** Mean over columns. */
  readonly shapeScore: number;
  /** Mean over pairs; NaN with one column. */
  readonly trendScore: number;
  /** Mean of both: SDMetrics' overall quality score. */
  readonly score: number;
}

/** Bins of a number's range in the real table when it meets a category: SDMetrics' choice. */
const BINS = 10;

/**
 * Column shapes and pair trends as SDMetrics defines them:
 *
 * - numbers and dates: 1 - sup |F_real - F_synthetic| over present cells; categories: 1 - (1/2) sum |p - q| with missing as a value;
 * - two numbers: 1 - |r_real - r_synthetic| / 2 with Pearson's r over rows where both are present;
 * - otherwise: 1 - (1/2) sum |p - q| over the cells of the contingency table, numbers in 10 equal bins of their real range.
 *
 * @see https://docs.sdv.dev/sdmetrics (KSComplement, TVComplement, CorrelationSimilarity, ContingencySimilarity)
 */
export function shapesAndTrends(real: Table, synthetic: Table, schema: Schema): ShapesAndTrends {
  return atOnce(shapesAndTrendsInPieces(real, synthetic, schema));
}

/** {@link shapesAndTrends} in pieces. */
export function* shapesAndTrendsInPieces(
  real: Table,
  synthetic: Table,
  schema: Schema,
): InPieces<ShapesAndTrends> {
  const a = yield* featureMatrixInPieces(real, schema);
  const b = yield* featureMatrixInPieces(synthetic, schema);
  const { schemas } = a;
  const shapes: ColumnShape[] = [];
  for (const [j, column] of schemas.entries()) {
    shapes.push({
      column: column.name,
      measure: isCategorical(column) ? "1 - TV" : "1 - KS",
      score: shapeScore(column, a.columns[j]!, b.columns[j]!),
    });
    yield;
  }
  const grouped = schemas.map(
    (column, j) =>
      [
        groups(column, a.columns[j]!, a.columns[j]!),
        groups(column, b.columns[j]!, a.columns[j]!),
      ] as const,
  );
  const trends: PairTrend[] = [];
  for (let i = 0; i < schemas.length; i++)
    for (let j = i + 1; j < schemas.length; j++) {
      yield;
      const columns = [schemas[i]!.name, schemas[j]!.name] as const;
      if (isCategorical(schemas[i]!) || isCategorical(schemas[j]!))
        trends.push({
          columns,
          measure: "contingency",
          score:
            1 -
            totalVariation(
              joined(grouped[i]![0], grouped[j]![0]),
              joined(grouped[i]![1], grouped[j]![1]),
            ),
        });
      else {
        const difference =
          presentCorrelation(a.columns[i]!, a.columns[j]!) -
          presentCorrelation(b.columns[i]!, b.columns[j]!);
        trends.push({ columns, measure: "correlation", score: 1 - Math.abs(difference) / 2 });
      }
    }
  const mean = (items: readonly { readonly score: number }[]): number =>
    items.reduce((sum, x) => sum + x.score, 0) / items.length;
  const [shapesMean, trendScore] = [mean(shapes), mean(trends)];
  return {
    shapes,
    trends,
    shapeScore: shapesMean,
    trendScore,
    score: trends.length === 0 ? shapesMean : (shapesMean + trendScore) / 2,
  };
}

/** How alike a column is in two tables, by its codes. */
export function shapeScore(
  column: ModelledColumnSchema,
  real: Float64Array,
  synthetic: Float64Array,
): number {
  if (!isCategorical(column)) return 1 - kolmogorovSmirnov(real, synthetic);
  return 1 - totalVariation(groups(column, real, real), groups(column, synthetic, real));
}

/** The two-sample Kolmogorov-Smirnov distance of present (not NaN) values; 1 when exactly one side has none. */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): number {
  const x = a.filter((v) => !Number.isNaN(v)).sort();
  const y = b.filter((v) => !Number.isNaN(v)).sort();
  if (x.length === 0 || y.length === 0) return x.length === y.length ? 0 : 1;
  let [i, j, largest] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / x.length - j / y.length));
  }
  return largest;
}

/** A small integer per row: the category, or the bin of a number in the reference's range; -1 is missing. */
function groups(
  column: ModelledColumnSchema,
  codes: Float64Array,
  reference: Float64Array,
): Int32Array {
  if (isCategorical(column))
    return Int32Array.from(codes, (code) => (Number.isNaN(code) ? -1 : code));
  let low = Infinity;
  let high = -Infinity;
  for (const v of reference) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const width = (high - low) / BINS || 1;
  return Int32Array.from(codes, (v) =>
    Number.isNaN(v) ? -1 : Math.min(BINS - 1, Math.max(0, Math.floor((v - low) / width))),
  );
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  // Far fewer than 2^15 groups a side: one key holds both.
  return a.map((group, i) => (group + 1) * 65_536 + b[i]! + 1);
}

/** (1/2) sum |p - q| over everything that occurs in either. */
export function totalVariation(a: Int32Array, b: Int32Array): number {
  const shares = new Map<number, number>();
  for (const key of a) shares.set(key, (shares.get(key) ?? 0) + 1 / a.length);
  for (const key of b) shares.set(key, (shares.get(key) ?? 0) - 1 / b.length);
  let sum = 0;
  for (const difference of shares.values()) sum += Math.abs(difference);
  return sum / 2;
}

function presentCorrelation(x: Float64Array, y: Float64Array): number {
  const both = (_: number, i: number): boolean => !Number.isNaN(x[i]!) && !Number.isNaN(y[i]!);
  return correlation(x.filter(both), y.filter(both));
}
