import { dateOfIndex } from "../../../table/cell/date-unit.ts";
import type { FeatureMatrix } from "../../../table/quality/feature-matrix.ts";
import {
  isCategorical,
  type CategoryColumnSchema,
  type NumericColumnSchema,
} from "../../../table/schema/schema.ts";
import type { ColumnScore } from "./chance-scores.ts";
import { binEdges, binShares, plotRange } from "./histogram.ts";

interface ComparisonBase {
  readonly column: string;
  readonly type: string;
  readonly measure: ColumnScore["measure"];
  /** 1 - Kolmogorov-Smirnov or total variation distance between the rows and the samples. */
  readonly score: number;
  /** The mean score of two real samples of that size. */
  readonly chance: number;
  /** Shares of missing cells. */
  readonly missing: { readonly real: number; readonly sampled: number };
}

/** A value with a share of its own: the zeros of a column that is mostly zeros. */
export interface PointShare {
  readonly value: number;
  readonly real: number;
  readonly sampled: number;
}

/** Numbers or dates as histograms over the same bins. */
export interface NumberComparison extends ComparisonBase {
  readonly kind: "number" | "date";
  /** Bins are equal on this scale. */
  readonly scale: "linear" | "log";
  /** One more than bins; dates in milliseconds since 1970. */
  readonly edges: readonly number[];
  /** Shares of present cells that are no points of mass; what lies beyond the edges is left out. */
  readonly real: readonly number[];
  /** Standard errors of `real`. */
  readonly realError: readonly number[];
  readonly sampled: readonly number[];
  /** Shares beyond the edges. */
  readonly beyond: { readonly real: number; readonly sampled: number };
  /** Values with a share of their own, shares of present cells. */
  readonly points: readonly PointShare[];
}

/** Categories by frequency. */
export interface CategoryComparison extends ComparisonBase {
  readonly kind: "category";
  /** Most frequent first; "missing" is a value where cells may be missing. */
  readonly values: readonly string[];
  readonly real: readonly number[];
  readonly realError: readonly number[];
  readonly sampled: readonly number[];
  /** Values beyond those shown, together. */
  readonly others?: { readonly count: number; readonly real: number; readonly sampled: number };
}

/** One column of the rows beside the same column of the samples. */
export type ColumnComparison = NumberComparison | CategoryComparison;

/** Categories shown by name. */
const MOST_CATEGORIES = 12;

/** A value with more than this share in a column of many values, or of wide ones, is a point of mass. */
const POINT_SHARE = 0.25;
const FEW_VALUES = 20;
const MANY_STEPS = 40;

/** The j-th column of both matrices. */
export function compareColumn(
  real: FeatureMatrix,
  sampled: FeatureMatrix,
  j: number,
  shape: ColumnScore,
): ColumnComparison {
  const schema = real.schemas[j]!;
  const [a, b] = [real.columns[j]!, sampled.columns[j]!];
  const base = {
    column: schema.name,
    type: schema.type,
    measure: shape.measure,
    score: shape.score,
    chance: shape.chance,
    missing: { real: missingShare(a), sampled: missingShare(b) },
  };
  return isCategorical(schema)
    ? { ...base, ...compareCategories(schema, a, b) }
    : { ...base, ...compareNumbers(schema, a, b) };
}

function missingShare(codes: Float64Array): number {
  return codes.filter(Number.isNaN).length / Math.max(1, codes.length);
}

function compareCategories(schema: CategoryColumnSchema, a: Float64Array, b: Float64Array) {
  const names = [...schema.values.map(String), "missing"];
  const count = (codes: Float64Array): Float64Array => {
    const shares = new Float64Array(names.length);
    for (const code of codes)
      shares[Number.isNaN(code) ? names.length - 1 : code]! += 1 / codes.length;
    return shares;
  };
  const [real, sampled] = [count(a), count(b)];
  const used = [...names.keys()].filter((i) => i < names.length - 1 || real[i]! + sampled[i]! > 0);
  // Ordered values keep their order; names go by frequency.
  if (schema.type === "category") used.sort((i, k) => real[k]! - real[i]! || i - k);
  const keep = used.length <= MOST_CATEGORIES ? used.length : MOST_CATEGORIES - 1;
  const top = new Set([...used].sort((i, k) => real[k]! - real[i]!).slice(0, keep));
  const shown = used.filter((i) => top.has(i));
  const rest = used.filter((i) => !top.has(i));
  const sum = (shares: Float64Array): number => rest.reduce((total, i) => total + shares[i]!, 0);
  return {
    kind: "category" as const,
    values: shown.map((i) => names[i]!),
    real: shown.map((i) => real[i]!),
    realError: shown.map((i) => shareError(real[i]!, a.length)),
    sampled: shown.map((i) => sampled[i]!),
    ...(rest.length === 0
      ? {}
      : { others: { count: rest.length, real: sum(real), sampled: sum(sampled) } }),
  };
}

function compareNumbers(schema: NumericColumnSchema, a: Float64Array, b: Float64Array) {
  const isDate = schema.type === "date" || schema.type === "datetime";
  const present = [a, b].map((codes) => codes.filter((v) => !Number.isNaN(v))) as [
    Float64Array,
    Float64Array,
  ];
  const points = isDate ? [] : pointsOfMass(schema, present[0]);
  const isPoint = new Set(points);
  const [x, y] = present.map((codes) => codes.filter((v) => !isPoint.has(v))) as [
    Float64Array,
    Float64Array,
  ];
  const range = plotRange(x);
  const edges = binEdges(range, x.length, stepOf(schema));
  const [real, sampled] = [binShares(x, edges), binShares(y, edges)];
  const share = (codes: Float64Array, value: number): number =>
    codes.filter((v) => v === value).length / Math.max(1, codes.length);
  const toTime = (v: number): number =>
    schema.type === "date" || schema.type === "datetime" ? timeOf(v, schema.unit) : v;
  return {
    kind: isDate ? ("date" as const) : ("number" as const),
    scale: isDate ? ("linear" as const) : range.scale,
    edges: [...edges].map(toTime),
    real: [...real.shares],
    realError: [...real.shares].map((p) => shareError(p, x.length)),
    sampled: [...sampled.shares],
    beyond: { real: real.beyond, sampled: sampled.beyond },
    points: points.map((value) => ({
      value,
      real: share(present[0], value),
      sampled: share(present[1], value),
    })),
  };
}

/** Edges of bins may lie between two dates: half a unit is half its length. */
function timeOf(index: number, unit: Parameters<typeof dateOfIndex>[1]): number {
  const below = Math.floor(index);
  const start = dateOfIndex(below, unit);
  return start + (index - below) * (dateOfIndex(below + 1, unit) - start);
}

function pointsOfMass(schema: NumericColumnSchema, present: Float64Array): number[] {
  const counts = new Map<number, number>();
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1);
  const declared = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  const step = stepOf(schema);
  const sorted = Float64Array.from(counts.keys()).sort();
  const steps = step === undefined ? 0 : (sorted.at(-1)! - sorted[0]!) / step;
  const spread = counts.size > FEW_VALUES || steps > MANY_STEPS;
  const heavy = spread
    ? [...counts].filter(([, n]) => n > POINT_SHARE * present.length).map(([value]) => value)
    : [];
  return [...new Set([...declared, ...heavy])]
    .sort((p, q) => (counts.get(q) ?? 0) - (counts.get(p) ?? 0))
    .slice(0, 3);
}

/** The step of values that come in steps; `undefined` for a continuum. */
function stepOf(schema: NumericColumnSchema): number | undefined {
  return schema.resolution ?? (schema.type === "number" ? undefined : 1);
}

function shareError(share: number, rows: number): number {
  return rows > 0 ? Math.sqrt((share * (1 - share)) / rows) : 0;
}
