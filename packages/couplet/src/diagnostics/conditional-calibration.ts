/** Calibration of a conditional density in its ranks, random points and regions, all by the same draws. */
import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { float64, judgedRows } from "./density.ts";
import type { Density } from "./density.ts";
import { diagnosticSettings, drawing } from "./options.ts";
import type { DiagnosticOptions } from "./options.ts";
import { gatherOver } from "./rank-among-draws.ts";
import { regionsOf } from "./region-coverage.ts";
import type { RegionCoverage } from "./region-coverage.ts";
import { ranksOf } from "./simulation-based-calibration.ts";
import type { SimulationBasedCalibration } from "./simulation-based-calibration.ts";
import { randomPointsOf } from "./tarp.ts";
import type { Tarp } from "./tarp.ts";

/** What `simulationBasedCalibration`, `tarp` and `regionCoverage` give. */
export interface ConditionalCalibration {
  readonly ranks: SimulationBasedCalibration;
  readonly tarp: Tarp;
  readonly regions: RegionCoverage;
}

/**
 * The three of them for the draws of one, to the same figures.
 *
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 */
export async function conditionalCalibration(
  where: string,
  model: Density | FlowModel,
  rows: Rows,
  options: DiagnosticOptions & { readonly context: Rows },
): Promise<ConditionalCalibration> {
  const settings = diagnosticSettings(where, options);
  const judged = judgedRows(where, model, rows, settings.context);
  const call = { context: float64(judged.context!.data), ...settings.signal };
  const own = float64(await model.logProb(float64(judged.x.data), call));
  const ranks = ranksOf(judged, settings);
  const points = randomPointsOf(judged, settings);
  const regions = regionsOf(judged, own, settings);
  await gatherOver(model, judged, drawing(settings), [ranks, points, regions]);
  return { ranks: ranks.result(), tarp: points.result(), regions: regions.result() };
}
