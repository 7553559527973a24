import { philoxUniform } from "../../../random/philox.ts";
import type { Auc } from "../../../statistics/auc.ts";
import { sampleIndices } from "../../../table/quality/feature-matrix.ts";
import { nearestRows } from "../../../table/quality/nearest-rows.ts";
import { classifierTwoSample } from "../../../table/quality/two-sample.ts";
import type { Schema } from "../../../table/schema/schema.ts";
import type { Table } from "../../../table/table.ts";

/** Whether boosted trees tell the rows from samples. */
export interface TwoSampleReport {
  /** Of the model's samples: 0.5 is not told apart, 1 is told apart without error. */
  readonly model: Auc;
  /** Of the rows with each column shuffled on its own: what a model of independent columns would give at best. */
  readonly independent: Auc;
  /** Rows of each side; every one is judged, by trees that did not see it. */
  readonly rows: number;
}

/** Rows of each side: enough for an interval of +-0.02, few enough for seconds. */
const TWO_SAMPLE_ROWS = 3000;

/** Fewer rows than this of each side tell nothing. */
export const LEAST_TWO_SAMPLE = 30;

/** `undefined` with too few rows. */
export function twoSampleReport(
  real: Table,
  sampled: Table,
  schema: Schema,
  seed: number,
): TwoSampleReport | undefined {
  const rows = Math.min(TWO_SAMPLE_ROWS, real.rows, sampled.rows);
  if (rows < LEAST_TWO_SAMPLE) return undefined;
  const options = { rows, seed };
  return {
    model: classifierTwoSample(real, sampled, schema, options),
    independent: classifierTwoSample(real, shuffledColumns(real, seed), schema, options),
    rows,
  };
}

/** Every column in an order of its own. */
function shuffledColumns(source: Table, seed: number): Table {
  return {
    rows: source.rows,
    columns: source.columns.map((column, j) => {
      const order = sampleIndices(source.rows, source.rows, (row) =>
        philoxUniform({ seed, row, stream: 100 + j }),
      );
      return column.kind === "number"
        ? { ...column, values: Float64Array.from(order, (i) => column.values[i]!) }
        : { ...column, values: Array.from(order, (i) => column.values[i]!) };
    }),
  };
}

/** Whether samples sit closer to the training rows than other real rows do. */
export interface CopyingReport {
  readonly rows: { readonly sampled: number; readonly heldOut: number; readonly training: number };
  /** Distances to the nearest training row at equal steps of probability, 0 to 1. */
  readonly sampled: readonly number[];
  readonly heldOut: readonly number[];
  /** Median distance of samples over that of held-out rows: far below 1 is copying. */
  readonly ratio: number;
  /** 95 %, by the bootstrap over both sides. */
  readonly interval: readonly [number, number];
  /** Shares at distance 0. */
  readonly sampledCopies: number;
  readonly heldOutCopies: number;
}

const COPYING_ROWS = 500;
const COPYING_TRAINING = 10_000;
const RESAMPLES = 400;
const STEPS = 50;

/** Distances of samples and of held-out rows to the nearest training row. */
export function copyingReport(
  train: Table,
  heldOut: Table,
  synthetic: Table,
  schema: Schema,
  seed: number,
): CopyingReport {
  const found = nearestRows({
    train,
    synthetic,
    heldOut,
    schema,
    rows: COPYING_ROWS,
    trainRows: COPYING_TRAINING,
    seed,
  });
  const [a, b] = [found.sampleDistances, found.heldOutDistances].map((d) => d.slice().sort()) as [
    Float64Array,
    Float64Array,
  ];
  const ratios = Array.from({ length: RESAMPLES }, (_, k) => {
    const median = (sorted: Float64Array, stream: number): number =>
      resampledMedian(sorted, (row) => philoxUniform({ seed, row: k * 1000 + row, stream }));
    return median(a, 8) / median(b, 9);
  })
    .filter(Number.isFinite)
    .sort((x, y) => x - y);
  const at = (p: number): number => ratios[Math.floor(p * (ratios.length - 1))] ?? NaN;
  return {
    rows: {
      sampled: a.length,
      heldOut: b.length,
      training: Math.min(COPYING_TRAINING, train.rows),
    },
    sampled: stepsOf(a),
    heldOut: stepsOf(b),
    ratio: found.ratio,
    interval: [at(0.025), at(0.975)],
    sampledCopies: found.sampleCopies,
    heldOutCopies: found.heldOutCopies,
  };
}

/** The median of a resample of sorted values. */
function resampledMedian(sorted: Float64Array, uniform: (i: number) => number): number {
  const picks = Int32Array.from(sorted, (_, i) => Math.floor(uniform(i) * sorted.length)).sort();
  return sorted[picks[picks.length >> 1] ?? 0] ?? NaN;
}

function stepsOf(sorted: Float64Array): number[] {
  return Array.from(
    { length: STEPS + 1 },
    (_, k) => sorted[Math.min(sorted.length - 1, Math.round((k / STEPS) * (sorted.length - 1)))]!,
  );
}
