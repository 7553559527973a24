import { philoxUniform } from "../../../random/philox.ts";
import { dateOfIndex } from "../../../table/cell/date-unit.ts";
import { sampleIndices, type FeatureMatrix } from "../../../table/quality/feature-matrix.ts";
import { isCategorical, type ModelledColumnSchema } from "../../../table/schema/schema.ts";
import type { AssociationReport } from "./association.ts";
import { plotRange, type PlotRange } from "./histogram.ts";

interface PairBase {
  /** Across, then up; a category goes up where one is a number. */
  readonly columns: readonly [string, string];
  readonly association: { readonly real: number; readonly sampled: number };
}

/** Points of two tables, on the same axes; dates in milliseconds since 1970. */
export interface NumbersPair extends PairBase {
  readonly kind: "numbers";
  readonly axes: readonly [PairAxis, PairAxis];
  /** [x, y] of rows taken at random, within the axes. */
  readonly real: readonly (readonly [number, number])[];
  readonly sampled: readonly (readonly [number, number])[];
}

/** What of a column is drawn. */
export interface PairAxis extends PlotRange {
  readonly date: boolean;
}

/** A number within each category: its 10, 25, 50, 75 and 90 % quantiles. */
export interface GroupsPair extends PairBase {
  readonly kind: "groups";
  readonly axis: PairAxis;
  readonly groups: readonly {
    readonly value: string;
    readonly real: readonly number[];
    readonly sampled: readonly number[];
    readonly realRows: number;
    readonly sampledRows: number;
  }[];
  /** Categories left out because they are rarer. */
  readonly left: number;
}

/** Shares of the combinations of two categories. */
export interface TablePair extends PairBase {
  readonly kind: "table";
  readonly values: readonly [readonly string[], readonly string[]];
  /** Share of all rows: up x across. */
  readonly real: readonly (readonly number[])[];
  readonly sampled: readonly (readonly number[])[];
}

/** Two columns of the rows beside the same two of the samples. */
export type PairComparison = NumbersPair | GroupsPair | TablePair;

const MOST_POINTS = 400;
const MOST_GROUPS = 10;
const MOST_VALUES = 8;
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** A column in more pairs than this would crowd the others out. */
const PAIRS_PER_COLUMN = 2;

/** The pairs of columns that depend on each other most in the rows, strongest first. */
export function strongestPairs(report: AssociationReport, count: number): [number, number][] {
  const all: [number, number][] = [];
  report.columns.forEach((_, i) => {
    for (let j = 0; j < i; j++) all.push([j, i]);
  });
  const size = ([i, j]: [number, number]): number => Math.abs(report.real[i]![j]!);
  all.sort((p, q) => size(q) - size(p));
  const used = new Map<number, number>();
  const chosen: [number, number][] = [];
  for (const pair of all) {
    if (chosen.length === count) break;
    if (pair.some((k) => (used.get(k) ?? 0) >= PAIRS_PER_COLUMN)) continue;
    chosen.push(pair);
    for (const k of pair) used.set(k, (used.get(k) ?? 0) + 1);
  }
  return chosen;
}

/** One pair in both tables. */
export function comparePair(
  real: FeatureMatrix,
  sampled: FeatureMatrix,
  pair: readonly [number, number],
  report: AssociationReport,
  seed: number,
): PairComparison {
  // The number across, so that the names of categories have room at the side.
  const [i, j] = isCategorical(real.schemas[pair[0]]!) ? [pair[1], pair[0]] : pair;
  const [x, y] = [real.schemas[i]!, real.schemas[j]!];
  const base = {
    columns: [x.name, y.name] as const,
    association: { real: report.real[i]![j]!, sampled: report.sampled[i]![j]! },
  };
  if (isCategorical(x)) return { ...base, ...shares(real, sampled, i, j) };
  if (isCategorical(y)) return { ...base, ...groups(real, sampled, i, j) };
  const axes = [axisOf(x, real.columns[i]!), axisOf(y, real.columns[j]!)] as const;
  return {
    ...base,
    kind: "numbers",
    axes: [inTime(axes[0], x), inTime(axes[1], y)],
    real: points(real, i, j, axes, seed),
    sampled: points(sampled, i, j, axes, seed + 1),
  };
}

function axisOf(schema: ModelledColumnSchema, codes: Float64Array): PairAxis {
  const date = schema.type === "date" || schema.type === "datetime";
  const range = plotRange(codes.filter((v) => !Number.isNaN(v)));
  return { ...range, ...(date ? { scale: "linear" as const } : {}), date };
}

function inTime(axis: PairAxis, schema: ModelledColumnSchema): PairAxis {
  return { ...axis, low: toTime(axis.low, schema), high: toTime(axis.high, schema) };
}

function toTime(value: number, schema: ModelledColumnSchema): number {
  return schema.type === "date" || schema.type === "datetime"
    ? dateOfIndex(Math.round(value), schema.unit)
    : value;
}

function points(
  { columns, schemas, rows }: FeatureMatrix,
  i: number,
  j: number,
  axes: readonly [PairAxis, PairAxis],
  seed: number,
): [number, number][] {
  const [x, y] = [columns[i]!, columns[j]!];
  const inside = [...Array(rows).keys()].filter(
    (r) => within(x[r]!, axes[0]) && within(y[r]!, axes[1]),
  );
  const picked = sampleIndices(inside.length, MOST_POINTS, (row) =>
    philoxUniform({ seed, row, stream: 7 }),
  );
  return Array.from(picked, (p): [number, number] => {
    const row = inside[p]!;
    return [toTime(x[row]!, schemas[i]!), toTime(y[row]!, schemas[j]!)];
  });
}

function within(value: number, { low, high }: PlotRange): boolean {
  return value >= low && value <= high;
}

function groups(real: FeatureMatrix, sampled: FeatureMatrix, i: number, j: number) {
  const schema = real.schemas[j]!;
  const top = topValues(real, j, MOST_GROUPS);
  const number = real.schemas[i]!;
  return {
    kind: "groups" as const,
    axis: inTime(axisOf(number, real.columns[i]!), number),
    left: top.left,
    groups: top.values.map((code) => {
      const of = (matrix: FeatureMatrix): Float64Array =>
        matrix.columns[i]!.filter(
          (v, r) => matrix.columns[j]![r] === code && !Number.isNaN(v),
        ).sort();
      const [a, b] = [of(real), of(sampled)];
      return {
        value: isCategorical(schema) ? String(schema.values[code]) : String(code),
        real: quantiles(a).map((v) => toTime(v, number)),
        sampled: quantiles(b).map((v) => toTime(v, number)),
        realRows: a.length,
        sampledRows: b.length,
      };
    }),
  };
}

function quantiles(sorted: Float64Array): number[] {
  if (sorted.length === 0) return [];
  return QUANTILES.map((p) => sorted[Math.round(p * (sorted.length - 1))]!);
}

/** The most frequent values of a category, in their own order if they have one. */
function topValues(matrix: FeatureMatrix, j: number, most: number) {
  const counts = new Map<number, number>();
  for (const code of matrix.columns[j]!)
    if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const values = order.slice(0, most);
  if (matrix.schemas[j]!.type !== "category") values.sort((a, b) => a - b);
  return { values, left: order.length - values.length };
}

function shares(real: FeatureMatrix, sampled: FeatureMatrix, i: number, j: number) {
  const [across, up] = [topValues(real, i, MOST_VALUES), topValues(real, j, MOST_VALUES)];
  const place = (values: readonly number[], code: number): number => {
    const at = values.indexOf(code);
    return at < 0 ? values.length : at;
  };
  const name = (k: number, top: { readonly values: readonly number[]; readonly left: number }) => {
    const schema = real.schemas[k]!;
    const names = top.values.map((code) =>
      isCategorical(schema) ? String(schema.values[code]) : "",
    );
    return top.left > 0 ? [...names, `${top.left} others`] : names;
  };
  const names = [name(i, across), name(j, up)] as const;
  const table = (matrix: FeatureMatrix): number[][] => {
    const out = names[1].map(() => Array.from({ length: names[0].length }, () => 0));
    for (let r = 0; r < matrix.rows; r++) {
      const [a, b] = [matrix.columns[i]![r]!, matrix.columns[j]![r]!];
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      const line = out[place(up.values, b)];
      const at = place(across.values, a);
      // A sample may hold a value that the rows do not: it belongs to the others, if there are any.
      if (line?.[at] !== undefined) line[at] += 1 / matrix.rows;
    }
    return out;
  };
  return { kind: "table" as const, values: names, real: table(real), sampled: table(sampled) };
}
