import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { philoxUniform } from "../random/philox.ts";
import { calibrationTest, corrected, coverage } from "./calibration-test.ts";
import type { CalibrationTest, Coverage } from "./calibration-test.ts";
import { judgedRows } from "./density.ts";
import type { Density, JudgedRows } from "./density.ts";
import { diagnosticSettings, drawing } from "./options.ts";
import type { DiagnosticOptions, DiagnosticSettings } from "./options.ts";
import { randomisedRank } from "../statistics/randomised-rank.ts";
import { gatherOver } from "./rank-among-draws.ts";
import type { Gathered } from "./rank-among-draws.ts";

/** Tests of accuracy with random points. */
export interface Tarp {
  readonly rows: number;
  readonly draws: number;
  readonly test: CalibrationTest;
  /** Expected coverage probability at each credibility level. */
  readonly coverage: readonly Coverage[];
}

/** Streams of the generator for reference points and ties. */
const POINTS = 0x7a29;

/**
 * Tests of accuracy with random points: for each row a random reference point; the share of the model's draws that lie nearer to it than
 * the true value is uniform, for every choice of points, if and only if the model is right in all variables together.
 *
 *   f = (number of L draws nearer to the reference than the true value + U) / (L + 1)
 *
 * Distances are Euclidean in variables scaled to the range of the rows; points are uniform in that range.
 *
 * @param rows true values, rows x dims; `context` what they belong to
 * @throws CoupletError USAGE, SHAPE_MISMATCH, CONTEXT_MISMATCH, NON_FINITE_INPUT, DATA_INVALID
 * @see Lemos, Coogan, Hezaveh & Perreault-Levasseur 2023, "Sampling-based accuracy testing of posterior estimators for general
 *   inference", algorithm 2, https://arxiv.org/abs/2302.03026
 */
export async function tarp(
  model: Density | FlowModel,
  rows: Rows,
  options: DiagnosticOptions = {},
): Promise<Tarp> {
  const settings = diagnosticSettings("tarp", options);
  const judged = judgedRows("tarp", model, rows, settings.context);
  const gathered = randomPointsOf(judged, settings);
  await gatherOver(model, judged, drawing(settings), [gathered]);
  return gathered.result();
}

/** The shares of each row's draws that lie nearer to a random point than the row. */
export function randomPointsOf(
  judged: JudgedRows,
  { draws, seed, levels }: DiagnosticSettings,
): Gathered<Tarp> {
  const { rows, dims, x } = judged;
  const { least, scale } = ranges(judged);
  const shares = new Float64Array(rows);
  const point = new Float64Array(dims);
  const distances = new Float64Array(draws);
  const distanceOf = (values: ArrayLike<number>, from: number): number => {
    let sum = 0;
    for (let j = 0; j < dims; j++)
      sum += ((values[from + j]! - least[j]!) * scale[j]! - point[j]!) ** 2;
    return sum;
  };
  return {
    densities: false,
    visit({ row, draws: drawn }) {
      for (let j = 0; j < dims; j++) point[j] = philoxUniform({ seed, row, stream: POINTS + j });
      for (let k = 0; k < draws; k++) distances[k] = distanceOf(drawn, k * dims);
      const truth = distanceOf(x.data, row * dims);
      shares[row] = randomisedRank(truth, distances, { seed, row, stream: dims });
    },
    result() {
      const [test] = corrected([calibrationTest("TARP", shares)]);
      return {
        rows,
        draws,
        test: test!,
        coverage: coverage(levels, shares, (f, level) => f < level),
      };
    },
  };
}

/** What brings each variable of the rows to [0, 1]. */
function ranges({ rows, dims, x }: JudgedRows): { least: Float64Array; scale: Float64Array } {
  const least = new Float64Array(dims).fill(Infinity);
  const most = new Float64Array(dims).fill(-Infinity);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < dims; j++) {
      const value = x.data[i * dims + j]!;
      least[j] = Math.min(least[j]!, value);
      most[j] = Math.max(most[j]!, value);
    }
  return { least, scale: least.map((value, j) => 1 / (most[j]! - value || 1)) };
}
