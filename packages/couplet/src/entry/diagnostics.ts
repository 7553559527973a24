/**
 * `couplet/diagnostics`: can a model's numbers be trusted?
 *
 * `diagnose` runs all that applies to a flow; the parts by themselves: latent normality (`latentDiagnostics`), coverage of highest-density
 * regions (`regionCoverage`), for conditional densities `simulationBasedCalibration` and `tarp`, samples against rows
 * (`twoSampleTest`), the rows of lowest log-density (`worstRows`). Judge by rows that training did not see.
 */
export { diagnose } from "../diagnostics/diagnose.ts";
export type { Diagnosis, DiagnosisTest } from "../diagnostics/diagnosis.ts";
export { simulationBasedCalibration } from "../diagnostics/simulation-based-calibration.ts";
export type { SimulationBasedCalibration } from "../diagnostics/simulation-based-calibration.ts";
export { tarp } from "../diagnostics/tarp.ts";
export type { Tarp } from "../diagnostics/tarp.ts";
export { regionCoverage } from "../diagnostics/region-coverage.ts";
export type { RegionCoverage } from "../diagnostics/region-coverage.ts";
export { latentDiagnostics } from "../diagnostics/latent-diagnostics.ts";
export type { LatentDiagnostics } from "../diagnostics/latent-diagnostics.ts";
export { twoSampleTest } from "../diagnostics/two-sample.ts";
export type { TwoSampleTestOptions } from "../diagnostics/two-sample.ts";
export { worstRows } from "../diagnostics/worst-rows.ts";
export type { WorstRow, WorstRowsOptions } from "../diagnostics/worst-rows.ts";
export type {
  AdjustedTest,
  CalibrationTest,
  Coverage,
  Departure,
} from "../diagnostics/calibration-test.ts";
export type { Density, DensityCall } from "../diagnostics/density.ts";
export type { DiagnosticOptions } from "../diagnostics/options.ts";
export type { TwoSample } from "../statistics/two-sample.ts";
export type { Auc } from "../statistics/auc.ts";
