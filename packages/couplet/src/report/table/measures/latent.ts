import { betweenEvents } from "../../../threads/yield-to-event-loop.ts";
import { standardNormality } from "../../../flow/parts/base/base.ts";
import { largestCorrelation } from "../../../statistics/correlation.ts";
import { mean, variance } from "../../../statistics/mean.ts";
import { normalCdf, normalQuantile } from "../../../statistics/normal.ts";
import { distanceToUniform } from "../../../statistics/uniformity.ts";
import type { Table } from "../../../table/table.ts";
import { contextOf } from "../../../table-model/score/context-rows.ts";
import type { TableModel } from "../../../table-model/table-model.ts";
import { KOLMOGOROV_95 } from "./calibration.ts";

/** One latent dimension over the rows. */
export interface LatentDimension {
  readonly dimension: number;
  readonly mean: number;
  readonly sd: number;
  /** Kolmogorov-Smirnov distance to the base distribution. */
  readonly distance: number;
  /** Quantiles at `LatentReport.probabilities`. */
  readonly quantiles: readonly number[];
}

/** Whether the rows, encoded, look like draws of the base: independent standard normals. */
export interface LatentReport {
  readonly rows: number;
  readonly dims: number;
  readonly probabilities: readonly number[];
  /** Standard normal quantiles at `probabilities`. */
  readonly expected: readonly number[];
  /** Simultaneous 95 % band of the quantiles of one dimension (Kolmogorov). */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** In order of dimension. */
  readonly dimensions: readonly LatentDimension[];
  readonly criticalDistance: number;
  /** Largest correlation between two dimensions, and what chance gives the largest of so many (95 %). */
  readonly largestCorrelation: {
    readonly value: number;
    readonly dimensions: readonly [number, number];
    readonly chance: number;
  };
}

/** Points of a quantile plot: the outermost is one row in 200. */
const POINTS = 31;
const OUTERMOST = 0.005;

/** `undefined` unless the base is the standard normal, which the latent variables are compared with. */
export async function latentReport(
  model: TableModel,
  rows: Table,
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<LatentReport | undefined> {
  const { codec, flow } = model;
  if (standardNormality(flow.spec.base) !== "always") return undefined;
  const encoding = codec.encodeInPieces(rows, { where: options.where, impossible: "zero" });
  const { z: encoded } = await betweenEvents(encoding, options.signal);
  const { z } = await flow.encode(encoded, {
    ...contextOf(model.codec, rows, options.where),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { dims } = codec;
  const n = rows.rows;
  const columns = Array.from({ length: dims }, (_, d) =>
    Float64Array.from({ length: n }, (_2, i) => z[i * dims + d]!),
  );
  const probabilities = Array.from(
    { length: POINTS },
    (_, k) => OUTERMOST + ((1 - 2 * OUTERMOST) * k) / (POINTS - 1),
  );
  const band = KOLMOGOROV_95 / Math.sqrt(n);
  const at = (p: number): number => normalQuantile(Math.max(1e-4, Math.min(1 - 1e-4, p)));
  return {
    rows: n,
    dims,
    probabilities,
    expected: probabilities.map(normalQuantile),
    low: probabilities.map((p) => at(p - band)),
    high: probabilities.map((p) => at(p + band)),
    dimensions: columns.map((column, d) => dimensionOf(column, d, probabilities)),
    criticalDistance: band,
    largestCorrelation: correlationOf(columns),
  };
}

function dimensionOf(
  column: Float64Array,
  dimension: number,
  probabilities: readonly number[],
): LatentDimension {
  const sorted = column.slice().sort();
  const n = column.length;
  return {
    dimension,
    mean: mean(column),
    sd: Math.sqrt(variance(column)),
    distance: distanceToUniform(column.map(normalCdf)),
    quantiles: probabilities.map((p) => sorted[Math.min(n - 1, Math.floor(p * n))]!),
  };
}

function correlationOf(columns: readonly Float64Array[]): LatentReport["largestCorrelation"] {
  const { value, pair, pairs } = largestCorrelation(columns);
  const n = columns[0]?.length ?? 1;
  // Bonferroni: each pair may exceed it in 5 % / pairs of cases.
  return { value, dimensions: pair, chance: normalQuantile(1 - 0.025 / pairs) / Math.sqrt(n) };
}
