import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { calibrationTest, corrected, coverage } from "./calibration-test.ts";
import type { CalibrationTest, Coverage } from "./calibration-test.ts";
import { float64, judgedRows } from "./density.ts";
import type { Density, JudgedRows } from "./density.ts";
import { diagnosticSettings, drawing } from "./options.ts";
import type { DiagnosticOptions, DiagnosticSettings } from "./options.ts";
import { inRegion, shareOfLowerDensity } from "../statistics/density-regions.ts";
import { randomisedRank } from "../statistics/randomised-rank.ts";
import { gatherOver } from "./rank-among-draws.ts";
import type { Gathered } from "./rank-among-draws.ts";

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
  const { signal } = settings;
  const { context } = judged;
  const call = { ...(context === undefined ? {} : { context: float64(context.data) }), ...signal };
  const own = float64(await model.logProb(float64(judged.x.data), call));
  if (context === undefined) return coverageAmongAll(model, own, settings);
  const gathered = regionsOf(judged, own, settings);
  await gatherOver(model, judged, drawing(settings), [gathered]);
  return gathered.result();
}

/** Of a model without context: all rows share its draws. */
async function coverageAmongAll(
  model: Density,
  own: Float64Array,
  { seed, levels, signal }: DiagnosticSettings,
): Promise<RegionCoverage> {
  const draws = Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, DRAWS_PER_ROW * own.length));
  const drawn = float64(await model.sample(draws, { seed, ...signal }));
  const below = shareOfLowerDensity(own, float64(await model.logProb(drawn, signal)), seed);
  return covered(below, draws, levels, draws);
}

/**
 * Each row's place among the densities of its own draws.
 *
 * @param own log-densities of the rows
 */
export function regionsOf(
  { rows }: JudgedRows,
  own: Float64Array,
  { draws, seed, levels }: DiagnosticSettings,
): Gathered<RegionCoverage> {
  const below = new Float64Array(rows);
  return {
    densities: true,
    visit({ row, logProb }) {
      below[row] = randomisedRank(own[row]!, logProb!, { seed, row, stream: 0 });
    },
    result: () => covered(below, draws, levels),
  };
}

function covered(
  below: Float64Array,
  draws: number,
  levels: readonly number[],
  references?: number,
): RegionCoverage {
  const [test] = corrected([calibrationTest("highest-density regions", below, references)]);
  return {
    rows: below.length,
    draws,
    test: test!,
    coverage: coverage(levels, below, inRegion, references),
  };
}
