import type { InverseReport } from "../flow/model/check-inverse.ts";
import type { TwoSample } from "../statistics/two-sample.ts";
import type { AdjustedTest, CalibrationTest } from "./calibration-test.ts";
import type { LatentDiagnostics } from "./latent-diagnostics.ts";
import type { RegionCoverage } from "./region-coverage.ts";
import type { SimulationBasedCalibration } from "./simulation-based-calibration.ts";
import type { Tarp } from "./tarp.ts";
import type { WorstRow } from "./worst-rows.ts";

/** A test of the verdict: one of uniform values, or of correlations or samples, which have a p-value alone. */
export type DiagnosisTest = AdjustedTest & Partial<Omit<CalibrationTest, keyof AdjustedTest>>;

/** Everything that rows which training did not see say about a model. */
export interface Diagnosis {
  readonly rows: number;
  /** Mean log-density of the rows, nats, and its standard error: NaN and Infinity where all rows have density 0. */
  readonly logProb: {
    readonly mean: number;
    readonly standardError: number;
    /** Rows of density 0, which the mean leaves out. */
    readonly impossible: number;
  };
  /**
   * All tests, corrected for each other, smallest p-value first: of latent variables and their largest correlation, of regions, of the
   * ranks and random points of conditional models, and of samples against rows.
   */
  readonly tests: readonly DiagnosisTest[];
  /** Whether no test rejects at the 1 % level after correction. */
  readonly calibrated: boolean;
  readonly latent: LatentDiagnostics;
  readonly regions: RegionCoverage;
  /** Of conditional models. */
  readonly ranks: SimulationBasedCalibration | undefined;
  /** Of conditional models. */
  readonly tarp: Tarp | undefined;
  /** Rows against as many samples, with their contexts where the model is conditional. */
  readonly twoSample: TwoSample | undefined;
  readonly inverse: InverseReport;
  readonly worst: readonly WorstRow[];
  /** The above in words. */
  readonly text: string;
}
