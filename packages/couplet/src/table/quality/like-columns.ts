/** Differences of columns that are measured alike, for trees: a cut along one column sees no relation of two. */
import { correlation } from "../../statistics/rank-correlation.ts";
import { type ModelledColumnSchema, isCategorical } from "../schema/schema.ts";
import type { FeatureMatrix } from "./feature-matrix.ts";

/** Most differences that are added: those of the most correlated columns. */
const MOST = 20;

/** Two columns of one scale. */
type Pair = readonly [number, number];

/**
 * The pairs of columns that are like each other: two dates of one unit, or two numbers of which each one's middle half meets the
 * other's; the most correlated first, at most 20.
 */
export function likeColumns({ schemas, columns }: FeatureMatrix): readonly Pair[] {
  const halves = columns.map(middleHalf);
  const found: { readonly pair: Pair; readonly strength: number }[] = [];
  for (let j = 1; j < schemas.length; j++)
    for (let i = 0; i < j; i++) {
      if (scaleOf(schemas[i]!) === undefined || scaleOf(schemas[i]!) !== scaleOf(schemas[j]!))
        continue;
      const [a, b] = [halves[i]!, halves[j]!];
      if (!(a.low <= b.high && b.low <= a.high)) continue;
      const both = (_: number, row: number): boolean =>
        !Number.isNaN(columns[i]![row]! + columns[j]![row]!);
      const strength = Math.abs(correlation(columns[i]!.filter(both), columns[j]!.filter(both)));
      found.push({ pair: [i, j], strength });
    }
  return found
    .sort((p, q) => q.strength - p.strength)
    .slice(0, MOST)
    .map(({ pair }) => pair);
}

/** The columns, and the differences of the pairs; NaN where a cell is missing. */
export function withDifferences(
  columns: readonly Float64Array[],
  pairs: readonly Pair[],
): Float64Array[] {
  return [
    ...columns,
    ...pairs.map(([i, j]) => columns[j]!.map((value, row) => value - columns[i]![row]!)),
  ];
}

/** What a difference of two columns needs to have in common; undefined for categories. */
function scaleOf(column: ModelledColumnSchema): string | undefined {
  if (isCategorical(column)) return undefined;
  return column.type === "date" || column.type === "datetime" ? `date ${column.unit}` : "number";
}

function middleHalf(values: Float64Array): { readonly low: number; readonly high: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { low: at(0.25), high: at(0.75) };
}
