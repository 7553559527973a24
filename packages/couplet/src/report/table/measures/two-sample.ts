import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { philoxUniform } from "../../../random/philox.ts";
import type { Auc } from "../../../statistics/auc.ts";
import { crossFittedInPieces, FOLDS } from "../../../statistics/two-sample.ts";
import {
  featureMatrixInPieces,
  featureRows,
  sampleIndices,
} from "../../../table/quality/feature-matrix.ts";
import { likeColumns, withDifferences } from "../../../table/quality/like-columns.ts";
import { nearestRowsInPieces } from "../../../table/quality/nearest-rows.ts";
import { type Schema, isModelled } from "../../../table/schema/schema.ts";
import type { Table } from "../../../table/table.ts";

/** Whether boosted trees tell the rows from samples. */
export interface TwoSampleReport {
  /** Of the model's samples: 0.5 is not told apart, 1 is told apart without error. */
  readonly model: Auc;
  /**
   * Of other real rows (the training rows where they are known, else one half against the other): what a model without fault would give, 0.5
   * within its interval.
   */
  readonly reference: Auc;
  /** Of the rows with each column shuffled on its own: what a model of independent columns would give at best. */
  readonly independent: Auc;
  /** Rows of each side; every one is judged, by trees that did not see it. */
  readonly rows: number;
  /** Differences of like columns among the features, as pairs of names. */
  readonly differences: readonly (readonly [string, string])[];
}

/** Rows of each side: enough for an interval of +-0.02, few enough for seconds. */
const TWO_SAMPLE_ROWS = 3000;

/** Fewer rows than this of each side tell nothing. */
export const LEAST_TWO_SAMPLE = 30;

/**
 * The classifier two-sample test of samples, of other real rows and of shuffled columns, on the columns and the differences of like ones. In pieces.
 *
 * @param other real rows that `real` does not have; without them one half of `real` is compared with the other
 * @returns `undefined` with too few rows
 */
export function* twoSampleReport(
  real: Table,
  sampled: Table,
  other: Table | undefined,
  schema: Schema,
  seed: number,
): InPieces<TwoSampleReport | undefined> {
  const rows = Math.min(TWO_SAMPLE_ROWS, real.rows, sampled.rows);
  if (rows < LEAST_TWO_SAMPLE) return undefined;
  function* take(source: Table, count: number, stream: number): InPieces<readonly Float64Array[]> {
    const picked = sampleIndices(source.rows, count, (row) => philoxUniform({ seed, row, stream }));
    return featureRows(yield* featureMatrixInPieces(source, schema), picked).columns;
  }
  const own = yield* take(real, rows, 0);
  const schemas = schema.columns.filter(isModelled);
  const pairs = likeColumns({ rows, schemas, columns: own });
  yield;
  const compared = (a: readonly Float64Array[], b: readonly Float64Array[]): InPieces<Auc> =>
    crossFittedInPieces(withDifferences(a, pairs), withDifferences(b, pairs));
  const halves = [0, 1].map((half) => own.map((column) => column.filter((_, i) => i % 2 === half)));
  const [first, second] =
    other === undefined || other.rows < rows
      ? cutAlike(halves[0]!, halves[1]!)
      : [own, yield* take(other, rows, 2)];
  return {
    model: yield* compared(own, yield* take(sampled, rows, 1)),
    reference: yield* compared(first, second),
    independent: yield* compared(own, shuffledInFolds(own, seed)),
    rows,
    differences: pairs.map(([i, j]) => [schemas[i]!.name, schemas[j]!.name]),
  };
}

/** Both sides with as many rows as the shorter one. */
function cutAlike(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): [Float64Array[], Float64Array[]] {
  const rows = Math.min(a[0]?.length ?? 0, b[0]?.length ?? 0);
  const cut = (columns: readonly Float64Array[]) => columns.map((column) => column.slice(0, rows));
  return [cut(a), cut(b)];
}

/**
 * Every column in an order of its own within each fold of the test. A cell that moved to another fold would be among the rows there and
 * among the shuffled ones here: trees that learn it are wrong about it, and the area falls below 0.5 though nothing differs.
 */
function shuffledInFolds(columns: readonly Float64Array[], seed: number): Float64Array[] {
  return columns.map((column, j) => {
    const out = column.slice();
    for (let fold = 0; fold < FOLDS; fold++) {
      const inFold = column.filter((_, i) => i % FOLDS === fold);
      const order = sampleIndices(inFold.length, inFold.length, (row) =>
        philoxUniform({ seed, row, stream: 100 + j, draw: fold }),
      );
      order.forEach((from, k) => (out[k * FOLDS + fold] = inFold[from]!));
    }
    return out;
  });
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

/** Distances of samples and of held-out rows to the nearest training row. In pieces. */
export function* copyingReport(
  train: Table,
  heldOut: Table,
  synthetic: Table,
  schema: Schema,
  seed: number,
): InPieces<CopyingReport> {
  const found = yield* nearestRowsInPieces({
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
  const resampled: number[] = [];
  for (let k = 0; k < RESAMPLES; k++) {
    const median = (sorted: Float64Array, stream: number): number =>
      resampledMedian(sorted, (row) => philoxUniform({ seed, row: k * 1000 + row, stream }));
    resampled.push(median(a, 8) / median(b, 9));
    yield;
  }
  const ratios = resampled.filter(Number.isFinite).sort((x, y) => x - y);
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
