import { checkOptions } from "../../options.ts";
import { philoxUniform } from "../../random/philox.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { type Schema, isCategorical, isModelled } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import { featureMatrixInPieces, featureRows, sampleIndices } from "./feature-matrix.ts";
import { median } from "../../statistics/median.ts";

/** Whether samples sit closer to the training rows than other real rows do. */
export interface NearestRows {
  /** Median distance of a sample to its nearest training row. */
  readonly sampleMedian: number;
  /** The same for held-out rows. */
  readonly heldOutMedian: number;
  /** sampleMedian / heldOutMedian: near 1 is as it should be, far below 1 is copying. */
  readonly ratio: number;
  /** Shares of samples and of held-out rows at distance 0 from a training row. */
  readonly sampleCopies: number;
  readonly heldOutCopies: number;
  /** The distances themselves, one per row looked at. */
  readonly sampleDistances: Float64Array;
  readonly heldOutDistances: Float64Array;
}

/**
 * Distances to the nearest training row, of samples beside held-out rows, in Gower's metric: the mean over columns of
 * |a - b| / (range of the middle 98 % in training), at most 1, for numbers; 0 or 1 for equal or different categories; 1 where one
 * cell is missing, 0 where both are.
 *
 * @see Gower 1971; as "distance to closest record" in the synthetic-data literature
 */
export function nearestRows(options: NearestRowsOptions): NearestRows {
  return atOnce(nearestRowsInPieces(options));
}

/** Options of {@link nearestRows}. */
export interface NearestRowsOptions {
  readonly train: Table;
  readonly synthetic: Table;
  readonly heldOut: Table;
  readonly schema: Schema;
  /** Rows of each side looked at. Default 1000. */
  readonly rows?: number;
  /** Training rows compared with. Default 20000. */
  readonly trainRows?: number;
  readonly seed?: number;
}

/** {@link nearestRows} in pieces. */
export function* nearestRowsInPieces(options: NearestRowsOptions): InPieces<NearestRows> {
  checkOptions("nearestRows", options, {
    train: true,
    synthetic: true,
    heldOut: true,
    schema: true,
    rows: 0,
    trainRows: 0,
    seed: 0,
  });
  const { train, synthetic, heldOut, schema, rows = 1000, trainRows = 20_000, seed = 0 } = options;
  function* pick(source: Table, count: number, stream: number): InPieces<Float64Array[]> {
    const indices = sampleIndices(source.rows, count, (i) =>
      philoxUniform({ seed, row: i, stream }),
    );
    return [...featureRows(yield* featureMatrixInPieces(source, schema), indices).columns];
  }
  const reference = yield* pick(train, trainRows, 0);
  const schemas = schema.columns.filter(isModelled);
  // Scaled so that the distance of two numbers is |a - b|; a category is marked by an infinite scale.
  const scales = schemas.map((column, j) =>
    isCategorical(column) ? Infinity : spread(reference[j]!),
  );
  const ofSamples = yield* distances(yield* pick(synthetic, rows, 1), reference, scales);
  const ofHeldOut = yield* distances(yield* pick(heldOut, rows, 2), reference, scales);
  const sampleMedian = median(ofSamples);
  const heldOutMedian = median(ofHeldOut);
  const copies = (d: Float64Array): number => d.filter((v) => v === 0).length / d.length;
  return {
    sampleMedian,
    heldOutMedian,
    ratio: heldOutMedian > 0 ? sampleMedian / heldOutMedian : sampleMedian > 0 ? Infinity : 1,
    sampleCopies: copies(ofSamples),
    heldOutCopies: copies(ofHeldOut),
    sampleDistances: ofSamples,
    heldOutDistances: ofHeldOut,
  };
}

function spread(values: Float64Array): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  const n = sorted.length;
  const width =
    n === 0 ? 0 : sorted[Math.floor(0.99 * (n - 1))]! - sorted[Math.ceil(0.01 * (n - 1))]!;
  return width > 0 ? width : (sorted[n - 1] ?? 0) - (sorted[0] ?? 0) || 1;
}

function* distances(
  points: readonly Float64Array[],
  reference: readonly Float64Array[],
  scales: readonly number[],
): InPieces<Float64Array> {
  const count = points[0]?.length ?? 0;
  const n = reference[0]?.length ?? 0;
  const out = new Float64Array(count);
  const sum = new Float64Array(n);
  for (let i = 0; i < count; i++) {
    yield;
    sum.fill(0);
    scales.forEach((scale, j) => {
      const value = points[j]![i]!;
      const column = reference[j]!;
      for (let r = 0; r < n; r++) sum[r]! += cellDistance(value, column[r]!, scale);
    });
    out[i] = sum.reduce((a, b) => Math.min(a, b), Infinity) / scales.length;
  }
  return out;
}

function cellDistance(a: number, b: number, scale: number): number {
  if (a === b) return 0;
  const difference = Math.abs(a - b);
  if (Number.isNaN(difference)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : 1;
  return scale === Infinity ? 1 : Math.min(1, difference / scale);
}
