import { checkOptions } from "../../options.ts";
import { philoxUniform } from "../../random/philox.ts";
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import { type Auc, areaUnderCurve, meanAuc } from "./auc.ts";
import { type BoostedTreesOptions, boostedTrees, treeOptionNames } from "./boosted-trees.ts";
import { type FeatureMatrix, featureMatrix, featureRows, sampleIndices } from "./feature-matrix.ts";

/** Options of {@link classifierTwoSample}. */
export interface TwoSampleOptions extends BoostedTreesOptions {
  /** Rows taken of each table. Default 5000. */
  readonly rows?: number;
  readonly seed?: number;
}

/** Each judge learns from four fifths of the rows. */
const FOLDS = 5;

/**
 * Classifier two-sample test, cross-fitted: as many rows of both sides are dealt into five folds; trees are trained on the other four
 * to tell real from synthetic, and judged on the fifth, so that every row is judged once, by trees that did not see it. The AUC is
 * the mean of those of the folds: 0.5 is indistinguishable to the trees, 1 is told apart without error. The interval covers the
 * sampling error of the judged rows and of the trees' training, as `meanAuc` says.
 *
 * Compare rows that the model was not trained on with samples: training rows would make a copying model look good.
 *
 * @throws CoupletError DATA_INVALID for a table without rows or without a column of the schema
 * @see Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", https://arxiv.org/abs/1610.06545
 */
export function classifierTwoSample(
  real: Table,
  synthetic: Table,
  schema: Schema,
  options: TwoSampleOptions = {},
): Auc {
  checkOptions("classifierTwoSample", options, { rows: true, seed: true, ...treeOptionNames });
  const { rows = 5000, seed = 0, ...trees } = options;
  const count = Math.min(rows, real.rows, synthetic.rows);
  const take = (source: Table, stream: number): FeatureMatrix => {
    const picked = sampleIndices(source.rows, count, (i) =>
      philoxUniform({ seed, row: i, stream }),
    );
    return featureRows(featureMatrix(source, schema), picked);
  };
  // Rows come in a random order, so that row i may go to fold i mod FOLDS.
  const a = take(real, 0);
  const b = take(synthetic, 1);
  const judged: Auc[] = [];
  for (let fold = 0; fold < Math.min(FOLDS, count); fold++) {
    const side = (matrix: FeatureMatrix, inside: boolean): FeatureMatrix =>
      featureRows(
        matrix,
        Array.from({ length: matrix.rows }, (_, i) => i).filter(
          (i) => (i % FOLDS === fold) === inside,
        ),
      );
    const [learnt, unlearnt] = [side(a, false), side(b, false)];
    const labels = new Int32Array(learnt.rows + unlearnt.rows).fill(1, learnt.rows);
    const model = boostedTrees(stacked(learnt, unlearnt), labels, 2, trees);
    const [rest, restOfSynthetic] = [side(a, true), side(b, true)];
    const logOdds = model.scores(stacked(rest, restOfSynthetic)).filter((_, i) => i % 2 === 1);
    judged.push(areaUnderCurve(logOdds.slice(rest.rows), logOdds.slice(0, rest.rows)));
  }
  return meanAuc(judged);
}

/** The columns of two matrices, one below the other. */
function stacked(a: FeatureMatrix, b: FeatureMatrix): Float64Array[] {
  return a.columns.map((column, j) => {
    const both = new Float64Array(a.rows + b.rows);
    both.set(column);
    both.set(b.columns[j]!, a.rows);
    return both;
  });
}
