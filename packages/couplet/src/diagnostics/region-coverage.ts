import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { calibrationTest, corrected, coverage } from "./calibration-test.ts";
import type { CalibrationTest, Coverage } from "./calibration-test.ts";
import { float64, judgedRows } from "./density.ts";
import type { Density } from "./density.ts";
import { diagnosticSettings } from "./options.ts";
import type { DiagnosticOptions } from "./options.ts";
import { inRegion, shareOfLowerDensity } from "../statistics/density-regions.ts";
import { randomisedRank } from "../statistics/randomised-rank.ts";
import { forEachRow } from "./rank-among-draws.ts";

/** How many rows lie in the model's highest-density regions. */
export interface RegionCoverage {
  readonly rows: number;
  /** Draws per row of a conditional model; all draws of another. */
  readonly draws: number;
  /**
   * The share of the model's mass where the density is below the row's: uniform if the model is right. Low values: rows lie where
   * the model says that few do (it is too narrow, or elsewhere); high ones: it is too wide.
   */
  readonly test: CalibrationTest;
  /** Shares of rows in the regions of highest density that hold `level` of the model's mass. */
  readonly coverage: readonly Coverage[];
}

/** Draws for one row of a model without context: all rows share them. */
const DRAWS_PER_ROW = 10;
const MOST_DRAWS = 200_000;
const LEAST_DRAWS = 20_000;

/**
 * Coverage of highest-density regions: the share of rows in the smallest region that holds a share q of the model's mass is q if the
 * model is right. A row is inside when its log-density exceeds the (1 - q)-quantile of those of the model's draws, under
 * the row's own context; where many have one density (a uniform base), which of them the region holds is drawn by lot.
 *
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 * @see Hyndman 1996, "Computing and graphing highest density regions"; Deistler, Goncalves & Macke 2022 (appendix), for posteriors
 */
export async function regionCoverage(
  model: Density | FlowModel,
  rows: Rows,
  options: DiagnosticOptions = {},
): Promise<RegionCoverage> {
  const settings = diagnosticSettings("regionCoverage", options);
  const judged = judgedRows("regionCoverage", model, rows, settings.context);
  const { seed, levels, signal } = settings;
  const call = {
    ...(judged.context === undefined ? {} : { context: float64(judged.context.data) }),
    ...signal,
  };
  const own = float64(await model.logProb(float64(judged.x.data), call));
  let values: Float64Array = new Float64Array(judged.rows);
  const place = (row: number) => ({ seed, row, stream: 0 });
  let draws = settings.draws;
  let references = Number.POSITIVE_INFINITY;
  if (judged.context === undefined) {
    draws = Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, DRAWS_PER_ROW * judged.rows));
    references = draws;
    const drawn = float64(await model.sample(draws, { seed, ...signal }));
    values = shareOfLowerDensity(own, float64(await model.logProb(drawn, signal)), seed);
  } else {
    await forEachRow(
      model,
      judged,
      { draws, seed, densities: true, ...signal },
      ({ row, logProb }) => (values[row] = randomisedRank(own[row]!, logProb!, place(row))),
    );
  }
  const [test] = corrected([calibrationTest("highest-density regions", values, references)]);
  return {
    rows: judged.rows,
    draws,
    test: test!,
    coverage: coverage(levels, values, inRegion, references),
  };
}
