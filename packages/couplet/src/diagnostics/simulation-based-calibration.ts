import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { calibrationTest, corrected, coverage } from "./calibration-test.ts";
import type { CalibrationTest, Coverage } from "./calibration-test.ts";
import { judgedRows } from "./density.ts";
import type { Density, JudgedRows } from "./density.ts";
import { diagnosticSettings, drawing } from "./options.ts";
import type { DiagnosticOptions, DiagnosticSettings } from "./options.ts";
import { randomisedRank } from "../statistics/randomised-rank.ts";
import { gatherOver } from "./rank-among-draws.ts";
import type { Gathered } from "./rank-among-draws.ts";

/** Ranks of the true values among the model's draws, variable by variable. */
export interface SimulationBasedCalibration {
  readonly rows: number;
  readonly draws: number;
  /** One test per variable. Values at the ends: the model's laws are too narrow; in the middle: too wide; low or high: shifted. */
  readonly variables: readonly CalibrationTest[];
  /** Central intervals, one list per variable. */
  readonly coverage: readonly (readonly Coverage[])[];
  /** The smallest p-value after Holm's correction. */
  readonly pValue: number;
}

/**
 * Simulation-based calibration: for pairs of parameters and data from a simulator, the rank of each true parameter among draws of
 * p(parameters | data) is uniform if the model is right.
 *
 *   u = (r + U) / (L + 1),   r = the number of L draws below the true value, U uniform
 *
 * A model may pass in each variable and still be wrong about how they go together: see `tarp` and `regionCoverage`. One that ignores its
 * data and returns the prior passes too; its log-densities tell.
 *
 * @param model a conditional density (a fitted flow, or one of your own)
 * @param rows true values, rows x dims, of simulations that training did not see; `context` what was simulated from them
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 * @see Talts, Betancourt, Simpson, Vehtari & Gelman 2018, "Validating Bayesian inference algorithms with simulation-based calibration",
 *   https://arxiv.org/abs/1804.06788; uniform instead of whole ranks as in Modrak et al. 2023, https://arxiv.org/abs/2211.02383
 * @example
 * import { simulationBasedCalibration } from "couplet/diagnostics";
 * const { pValue } = await simulationBasedCalibration(posterior, thetas, { context: simulated });
 */
export async function simulationBasedCalibration(
  model: Density | FlowModel,
  rows: Rows,
  options: DiagnosticOptions = {},
): Promise<SimulationBasedCalibration> {
  const where = "simulationBasedCalibration";
  const settings = diagnosticSettings(where, options);
  const judged = judgedRows(where, model, rows, settings.context);
  const gathered = ranksOf(judged, settings);
  await gatherOver(model, judged, drawing(settings), [gathered]);
  return gathered.result();
}

/** The ranks of each row's values among its draws. */
export function ranksOf(
  { rows, dims, x, names }: JudgedRows,
  { draws, seed, levels }: DiagnosticSettings,
): Gathered<SimulationBasedCalibration> {
  const ranks = Array.from({ length: dims }, () => new Float64Array(rows));
  const column = new Float64Array(draws);
  return {
    densities: false,
    visit({ row, draws: drawn }) {
      for (let j = 0; j < dims; j++) {
        for (let k = 0; k < draws; k++) column[k] = drawn[k * dims + j]!;
        ranks[j]![row] = randomisedRank(x.data[row * dims + j]!, column, { seed, row, stream: j });
      }
    },
    result() {
      const variables = corrected(ranks.map((values, j) => calibrationTest(names[j]!, values)));
      return {
        rows,
        draws,
        variables,
        coverage: ranks.map((values) =>
          coverage(levels, values, (u, level) => Math.abs(2 * u - 1) <= level),
        ),
        pValue: Math.min(...variables.map(({ adjusted }) => adjusted)),
      };
    },
  };
}
