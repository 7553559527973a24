import { inRegion } from "../../../statistics/density-regions.ts";
import { mean, meanAndError } from "../../../statistics/mean.ts";
import { distanceToUniform } from "../../../statistics/uniformity.ts";
import type { Table } from "../../../table/table.ts";
import type { TableModel } from "../../../table-model/table-model.ts";
import { conditionalPit, type ConditionalPit } from "./conditional-pit.ts";

/** Observed shares beside the nominal ones, with 95 % intervals. */
export interface CoverageCurve {
  readonly nominal: readonly number[];
  readonly observed: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Whether what the model calls likely happens as often as it says. */
export interface CalibrationReport {
  /** Rows of the conditional transforms. */
  readonly rows: number;
  readonly bins: number;
  /** Shares of all cells' transforms by bin, with standard errors that allow for cells of a row going together. */
  readonly pooled: { readonly share: readonly number[]; readonly error: readonly number[] };
  readonly columns: readonly {
    readonly column: string;
    /** Share of rows by bin. */
    readonly share: readonly number[];
    /** Kolmogorov-Smirnov distance to the uniform distribution. */
    readonly distance: number;
  }[];
  /** Beyond this a column's distance is no chance: 5 % level, one column. */
  readonly criticalDistance: number;
  /** Central intervals of each cell given the others. */
  readonly intervals: CoverageCurve;
  /**
   * Highest-density regions of whole rows: the smallest sets that hold a share of the model's mass. Of a model with context columns each
   * row has regions of its own, of its law given its own context; with fewer than 10 rows, and of other models, all rows share those of the samples.
   */
  readonly regions: CoverageCurve;
  /** Rows that are looked for in regions: 500 at most of a model with context columns, all of other models. */
  readonly regionRows: number;
}

/** Where rows lie in the regions of the model. */
export interface RegionShares {
  /** The share of the model's mass of lower density, of each row. */
  readonly below: Float64Array;
  /** Draws that all of these shares come from; Infinity where each row has draws of its own. */
  readonly references: number;
}

const BINS = 10;
export const COVERAGE_LEVELS = [
  0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99,
] as const;

/** Asymptotic 95 % point of sqrt(n) times the Kolmogorov-Smirnov distance. */
export const KOLMOGOROV_95 = 1.358;

/**
 * @param rows for the conditional transforms
 * @param regions the share of the model's mass of lower density than each row, and how many draws all of these shares come from
 */
export async function calibrationReport(
  model: TableModel,
  rows: Table,
  columns: readonly string[],
  regions: RegionShares,
  options: { readonly where: string; readonly signal?: AbortSignal },
): Promise<CalibrationReport> {
  const pit = await conditionalPit(model, rows, columns, options);
  const pooled = Array.from({ length: BINS }, (_, bin) => clustered(pit, (u) => binOf(u) === bin));
  return {
    rows: pit.rows,
    bins: BINS,
    pooled: { share: pooled.map(({ mean }) => mean), error: pooled.map(({ error }) => error) },
    columns: columns.map((column, j) => {
      const u = Float64Array.from({ length: pit.rows }, (_, i) => pit.u[i * columns.length + j]!);
      const share = Array.from({ length: BINS }, () => 0);
      for (const value of u) share[binOf(value)]! += 1 / u.length;
      return { column, share, distance: distanceToUniform(u) };
    }),
    criticalDistance: KOLMOGOROV_95 / Math.sqrt(pit.rows),
    intervals: coverageOf((level) => {
      const { mean, error } = clustered(pit, (u) => Math.abs(2 * u - 1) <= level);
      return [mean, error];
    }),
    regions: regionCoverage(regions),
    regionRows: regions.below.length,
  };
}

function binOf(u: number): number {
  return Math.min(BINS - 1, Math.floor(u * BINS));
}

/** Mean share of a row's cells, and its standard error over rows: cells of one row are not independent. */
function clustered(
  { u, rows, columns }: ConditionalPit,
  test: (u: number) => boolean,
): { readonly mean: number; readonly error: number } {
  const perRow = Float64Array.from({ length: rows }, (_, i) => {
    let hits = 0;
    for (let j = 0; j < columns.length; j++) if (test(u[i * columns.length + j]!)) hits++;
    return hits / columns.length;
  });
  return meanAndError(perRow);
}

function coverageOf(observe: (level: number) => readonly [number, number]): CoverageCurve {
  const measured = COVERAGE_LEVELS.map(observe);
  const clip = (share: number): number => Math.max(0, Math.min(1, share));
  return {
    nominal: [...COVERAGE_LEVELS],
    observed: measured.map(([mean]) => mean),
    low: measured.map(([mean, error]) => clip(mean - 1.96 * error)),
    high: measured.map(([mean, error]) => clip(mean + 1.96 * error)),
  };
}

/** Shares of the rows in the regions of each level. */
function regionCoverage({ below, references }: RegionShares): CoverageCurve {
  return coverageOf((level) => {
    const share = mean(below.map((value) => (inRegion(value, level) ? 1 : 0)));
    // Both sides are samples: the bound wavers as the share of samples above it does.
    const variance = (p: number, n: number): number => (p * (1 - p)) / n;
    const spread = variance(share, below.length) + variance(level, references);
    return [share, Math.sqrt(spread)];
  });
}
