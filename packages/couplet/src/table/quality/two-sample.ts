import { philoxUniform } from "../../engine/random/philox.ts";
import type { Schema } from "../schema.ts";
import type { Table } from "../table.ts";
import { type Auc, areaUnderCurve } from "./auc.ts";
import { type BoostedTreesOptions, boostedTrees } from "./boosted-trees.ts";
import { featureMatrix, featureRows, sampleIndices } from "./feature-matrix.ts";

/** Options of {@link classifierTwoSample}. */
export interface TwoSampleOptions extends BoostedTreesOptions {
  /** Rows taken of each table. Default 5000. */
  readonly rows?: number;
  readonly seed?: number;
}

/**
 * Classifier two-sample test: trees are trained on half of the rows to tell real from synthetic, and judged on the other half.
 * An AUC of 0.5 is indistinguishable to them; 1 is told apart without error. The interval covers the judged half's sampling error.
 *
 * Compare rows that the model was not trained on with samples: training rows would make a copying model look good.
 *
 * @see Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", https://arxiv.org/abs/1610.06545
 */
export function classifierTwoSample(
  real: Table,
  synthetic: Table,
  schema: Schema,
  options: TwoSampleOptions = {},
): Auc {
  const { rows = 5000, seed = 0, ...trees } = options;
  const count = Math.min(rows, real.rows, synthetic.rows);
  const take = (source: Table, stream: number): ReturnType<typeof featureMatrix> => {
    const picked = sampleIndices(source.rows, count, (i) =>
      philoxUniform({ seed, row: i, stream }),
    );
    return featureRows(featureMatrix(source, schema), picked);
  };
  const a = take(real, 0);
  const b = take(synthetic, 1);
  const half = count >> 1;
  const stack = (from: number, to: number): Float64Array[] =>
    a.columns.map((column, j) =>
      Float64Array.from([...column.subarray(from, to), ...b.columns[j]!.subarray(from, to)]),
    );
  const labels = Int32Array.from({ length: 2 * half }, (_, i) => (i < half ? 0 : 1));
  const model = boostedTrees(stack(0, half), labels, 2, trees);
  const scores = model.scores(stack(half, count)).filter((_, i) => i % 2 === 1);
  const judged = count - half;
  return areaUnderCurve(scores.slice(judged), scores.slice(0, judged));
}
