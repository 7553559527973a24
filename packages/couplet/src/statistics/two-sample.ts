/** The classifier two-sample test on columns of numbers. */
import { areaUnderCurve, meanAuc } from "./auc.ts";
import type { Auc } from "./auc.ts";
import { type InPieces, atOnce } from "../threads/yield-to-event-loop.ts";
import { boostedTreesInPieces } from "./boosted-trees.ts";
import type { BoostedTreesOptions } from "./boosted-trees.ts";
import { normalCdf } from "./normal.ts";

/** How well trees tell two samples apart. */
export interface TwoSample extends Auc {
  /** Share of rows told apart; 0.5 is chance. */
  readonly accuracy: number;
  /** How often two samples of one law give so large an area. */
  readonly pValue: number;
  /** Rows of each side. */
  readonly rows: number;
}

/** Each judge learns from four fifths of the rows: row i is judged in fold i mod 5. */
export const FOLDS = 5;

/**
 * Cross-fitted: as many rows of both sides are dealt into five folds; trees are trained on the other four to tell `a` from
 * `b`, and judged on the fifth. The area is the mean of those of the folds.
 *
 * @param a columns of equal length, NaN for missing; rows in a random order, so that row i may go to fold i mod 5
 * @param b the other side's, of the same length
 */
export function crossFitted(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  trees: BoostedTreesOptions = {},
): TwoSample {
  return atOnce(crossFittedInPieces(a, b, trees));
}

/** {@link crossFitted} in pieces. */
export function* crossFittedInPieces(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  trees: BoostedTreesOptions = {},
): InPieces<TwoSample> {
  const rows = a[0]?.length ?? 0;
  const judged: Auc[] = [];
  let right = 0;
  for (let fold = 0; fold < Math.min(FOLDS, rows); fold++) {
    const side = (columns: readonly Float64Array[], inside: boolean): Float64Array[] =>
      columns.map((column) => column.filter((_, i) => (i % FOLDS === fold) === inside));
    const [learnt, unlearnt] = [side(a, false), side(b, false)];
    const labels = new Int32Array(rowsOf(learnt) + rowsOf(unlearnt)).fill(1, rowsOf(learnt));
    const model = yield* boostedTreesInPieces(stacked(learnt, unlearnt), labels, 2, trees);
    const [rest, others] = [side(a, true), side(b, true)];
    const logOdds = model.scores(stacked(rest, others)).filter((_, i) => i % 2 === 1);
    const [ofA, ofB] = [logOdds.slice(0, rowsOf(rest)), logOdds.slice(rowsOf(rest))];
    right += ofA.filter((score) => score < 0).length + ofB.filter((score) => score > 0).length;
    judged.push(areaUnderCurve(ofB, ofA));
    yield;
  }
  const auc = meanAuc(judged);
  const pValue = normalCdf((0.5 - auc.auc) / auc.standardError);
  return { ...auc, accuracy: right / (2 * rows), pValue, rows };
}

function rowsOf(columns: readonly Float64Array[]): number {
  return columns[0]?.length ?? 0;
}

/** The columns of two sides, one below the other. */
function stacked(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((column, j) => {
    const both = new Float64Array(column.length + b[j]!.length);
    both.set(column);
    both.set(b[j]!, column.length);
    return both;
  });
}
