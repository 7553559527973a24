import { checkInteger } from "../check-integer.ts";
import { checkOptions } from "../options.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import { shuffled } from "../random/shuffle.ts";
import { CoupletError } from "../error.ts";
import { betweenEvents } from "../threads/yield-to-event-loop.ts";
import { crossFittedInPieces } from "../statistics/two-sample.ts";
import type { TwoSample } from "../statistics/two-sample.ts";

/** Options of {@link twoSampleTest}. */
export interface TwoSampleTestOptions {
  /** Columns of a row, where the rows are flat arrays. */
  readonly dims?: number;
  /** Rows taken of each side; as many of both. Default 5000. */
  readonly rows?: number;
  /** Of the rows taken and their folds. Default 0. */
  readonly seed?: number;
  /**
   * What learns to tell the samples apart: boosted trees, or a network of two hidden layers of ten times the columns on rows
   * standardised by `a` (Lueckmann et al. 2021, "Benchmarking simulation-based inference", appendix: that benchmark's figures come from this
   * test). Default `"trees"`.
   */
  readonly classifier?: "trees" | "network";
}

/**
 * Classifier two-sample test (C2ST): boosted trees, or a small network, learn to tell two samples apart, cross-fitted in five folds, so
 * that every row is judged by a classifier that did not see it. An accuracy or an area under the curve of 0.5: they cannot; 1: without error.
 *
 * Compare rows that the model was not trained on with its samples.
 *
 * @param a rows of one sample, `b` of the other
 * @throws CoupletError USAGE, SHAPE_MISMATCH, NON_FINITE_INPUT; DATA_INVALID for fewer than 20 rows of a side
 * @see Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", https://arxiv.org/abs/1610.06545
 * @example
 * import { twoSampleTest } from "couplet/diagnostics";
 * const { auc, pValue } = await twoSampleTest(heldOut, await model.sample(2000), { dims: 2 });
 */
export async function twoSampleTest(
  a: Rows,
  b: Rows,
  options: TwoSampleTestOptions = {},
): Promise<TwoSample> {
  checkOptions("twoSampleTest", options, {
    dims: 0,
    rows: 0,
    seed: 0,
    classifier: ["trees", "network"],
  });
  const { rows = 5000, seed = 0, classifier = "trees" } = options;
  checkInteger("twoSampleTest: rows", rows, LEAST);
  checkInteger("twoSampleTest: seed", seed, 0);
  const dims = options.dims ?? columnsOf(a) ?? columnsOf(b);
  if (dims === undefined) {
    throw new CoupletError({
      code: "USAGE",
      where: "twoSampleTest",
      expected: "options.dims, the columns of a row",
      received: "two flat arrays without it",
    });
  }
  checkInteger("twoSampleTest: dims", dims, 1);
  const sides = [toBatch("twoSampleTest: a", a, dims), toBatch("twoSampleTest: b", b, dims)];
  const count = Math.min(rows, ...sides.map((side) => side.rows));
  if (count < LEAST) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "twoSampleTest",
      expected: `at least ${LEAST} rows on each side`,
      received: `${sides[0]!.rows} and ${sides[1]!.rows}`,
    });
  }
  const [first, second] = sides.map((side, i) => columnsTaken(side, count, seed, i));
  if (classifier === "trees") return betweenEvents(crossFittedInPieces(first!, second!));
  const { byNetwork } = await import("./network-classifier.ts");
  return byNetwork([first!, second!], seed);
}

const LEAST = 20;

function columnsOf(rows: Rows): number | undefined {
  return Array.isArray(rows) ? (rows as readonly ArrayLike<number>[])[0]?.length : undefined;
}

/** So many of the rows, in a random order, column by column. */
function columnsTaken(
  { rows, cols, data }: Batch,
  count: number,
  seed: number,
  side: number,
): Float64Array[] {
  const order = shuffled(rows, seed, side).subarray(0, count);
  return Array.from({ length: cols }, (_, j) =>
    Float64Array.from(order, (row) => data[row * cols + j]!),
  );
}
