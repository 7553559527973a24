import { checkOptions } from "../../options.ts";
import { philoxUniform } from "../../random/philox.ts";
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import type { TwoSample } from "../../statistics/two-sample.ts";
import type { BoostedTreesOptions } from "../../statistics/boosted-trees.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { type FeatureMatrix, featureMatrix, featureRows, sampleIndices } from "./feature-matrix.ts";

/** Options of {@link classifierTwoSample}. */
export interface TwoSampleOptions extends BoostedTreesOptions {
  /** Rows taken of each table. Default 5000. */
  readonly rows?: number;
  readonly seed?: number;
}

/**
 * Classifier two-sample test, cross-fitted: as many rows of both sides are dealt into five folds; trees are trained on the other four
 * to tell real from synthetic, and judged on the fifth, so that every row is judged once, by trees that did not see it. The AUC is
 * the mean of those of the folds: 0.5 is indistinguishable to the trees, 1 is told apart without error. The interval covers the
 * sampling error of the judged rows and of the trees' training, as `meanAuc` says.
 *
 * Compare rows that the model was not trained on with samples: training rows would make a copying model look good.
 *
 * The trees train in pieces, with the event loop in between.
 *
 * @throws CoupletError DATA_INVALID for a table without rows or without a column of the schema
 * @see Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", https://arxiv.org/abs/1610.06545
 */
export async function classifierTwoSample(
  real: Table,
  synthetic: Table,
  schema: Schema,
  options: TwoSampleOptions = {},
): Promise<TwoSample> {
  const { treeOptionNames } = await import("../../statistics/boosted-trees.ts");
  const { crossFittedInPieces } = await import("../../statistics/two-sample.ts");
  checkOptions("classifierTwoSample", options, { rows: 0, seed: 0, ...treeOptionNames });
  const { rows = 5000, seed = 0, ...trees } = options;
  const count = Math.min(rows, real.rows, synthetic.rows);
  const take = (source: Table, stream: number): FeatureMatrix => {
    const picked = sampleIndices(source.rows, count, (i) =>
      philoxUniform({ seed, row: i, stream }),
    );
    return featureRows(featureMatrix(source, schema), picked);
  };
  const [a, b] = [take(real, 0), take(synthetic, 1)];
  return betweenEvents(crossFittedInPieces(a.columns, b.columns, trees));
}
