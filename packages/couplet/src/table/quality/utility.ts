import { checkOptions } from "../../options.ts";
import { CoupletError, nearest } from "../../error.ts";
import { type Schema, isCategorical } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import type { BoostedTreesOptions } from "../../statistics/boosted-trees.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { type FeatureMatrix, featureMatrix } from "./feature-matrix.ts";

/** Whether samples teach what the data teach. */
export interface Utility {
  readonly label: string;
  /** Accuracy on held-out real rows after training on synthetic rows. */
  readonly trainOnSynthetic: number;
  /** The same after training on real rows. */
  readonly trainOnReal: number;
  /** Share of the most frequent class in the held-out rows: what knowing nothing scores. */
  readonly majority: number;
  /** Standard error of the accuracies, from the number of held-out rows. */
  readonly standardError: number;
}

/**
 * Train on synthetic, test on real: the same classifier, once on samples and once on the real training rows, judged on real rows
 * that neither saw. Rows whose label is missing are left out.
 *
 * `label` is the column to predict: a category, an ordered category or a boolean.
 *
 * The trees train in pieces, with the event loop in between.
 *
 * @throws CoupletError USAGE when there is no such column, or it is a number
 */
export async function trainOnSyntheticTestOnReal(options: {
  readonly train: Table;
  readonly synthetic: Table;
  readonly test: Table;
  readonly schema: Schema;
  readonly label: string;
  readonly trees?: BoostedTreesOptions;
}): Promise<Utility> {
  const { boostedTreesInPieces, treeOptionNames } =
    await import("../../statistics/boosted-trees.ts");
  checkOptions("trainOnSyntheticTestOnReal", options, {
    train: true,
    synthetic: true,
    test: true,
    schema: true,
    label: "",
    trees: true,
  });
  const { train, synthetic, test, schema, label, trees = {} } = options;
  checkOptions("trainOnSyntheticTestOnReal: trees", trees, treeOptionNames);
  const column = schema.columns.find((c) => c.name === label);
  const usable = schema.columns.filter(isCategorical).map((c) => c.name);
  if (column === undefined || !isCategorical(column)) {
    const near = nearest(label, usable);
    throw new CoupletError({
      code: "USAGE",
      where: "label",
      expected: `a category, one of ${usable.join(", ") || "none in this table"}`,
      received: JSON.stringify(label),
      ...(near === undefined ? {} : { hint: `Did you mean ${JSON.stringify(near)}?` }),
    });
  }
  const classes = column.values.length;
  const held = labelled(featureMatrix(test, schema), label);
  const accuracy = async (source: Table): Promise<number> => {
    const { columns, labels } = labelled(featureMatrix(source, schema), label);
    const fitted = await betweenEvents(
      boostedTreesInPieces(columns, labels, Math.max(2, classes), trees),
    );
    const predicted = fitted.predict(held.columns);
    let right = 0;
    predicted.forEach((p, i) => (right += p === held.labels[i] ? 1 : 0));
    return right / predicted.length;
  };
  const counts = new Float64Array(classes);
  for (const l of held.labels) counts[l]!++;
  const trainOnReal = await accuracy(train);
  return {
    label,
    trainOnSynthetic: await accuracy(synthetic),
    trainOnReal,
    majority: Math.max(...counts) / held.labels.length,
    standardError: Math.sqrt((trainOnReal * (1 - trainOnReal)) / held.labels.length),
  };
}

function labelled(
  matrix: FeatureMatrix,
  label: string,
): { columns: Float64Array[]; labels: Int32Array } {
  const at = matrix.schemas.findIndex((c) => c.name === label);
  const target = matrix.columns[at]!;
  const known = (_: number, i: number): boolean => !Number.isNaN(target[i]!);
  return {
    columns: matrix.columns.filter((_, j) => j !== at).map((c) => c.filter(known)),
    labels: Int32Array.from(target.filter(known)),
  };
}
