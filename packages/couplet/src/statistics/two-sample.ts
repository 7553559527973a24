/** The classifier two-sample test on columns of numbers. */
import { areaUnderCurve, meanAuc } from "./auc.ts";
import type { Auc } from "./auc.ts";
import type { InPieces } from "../threads/yield-to-event-loop.ts";
import { boostedTreesInPieces } from "./boosted-trees.ts";
import type { BoostedTreesOptions } from "./boosted-trees.ts";
import { normalCdf } from "./normal.ts";

/** How well trees tell two samples apart. */
export interface TwoSample extends Auc {
  /** Share of rows told apart; 0.5 is chance. A row that the judge has no opinion of counts one half. */
  readonly accuracy: number;
  /** How often two samples of one law give so large an area. */
  readonly pValue: number;
  /** Rows of each side. */
  readonly rows: number;
}

/** Each judge learns from four fifths of the rows: row i is judged in fold i mod 5. */
export const FOLDS = 5;

/** Columns of two sides, as many rows of both. */
export type Sides = readonly [a: readonly Float64Array[], b: readonly Float64Array[]];

/** Rows that a judge learns from, and those that it is asked about. */
export type Fold = readonly [learnt: Sides, asked: Sides];

/** Log-odds that a row is of the second side, of the rows of both that were asked about. */
export type Verdicts = readonly [ofA: Float64Array, ofB: Float64Array];

/**
 * Cross-fitted, in pieces: as many rows of both sides are dealt into five folds; trees are trained on the other four to tell `a` from
 * `b`, and judged on the fifth. The area is the mean of those of the folds.
 *
 * @param a columns of equal length, NaN for missing; rows in a random order, so that row i may go to fold i mod 5
 * @param b the other side's, of the same length
 */
export function* crossFittedInPieces(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  trees: BoostedTreesOptions = {},
): InPieces<TwoSample> {
  const verdicts: Verdicts[] = [];
  for (const fold of foldsOf([a, b])) {
    verdicts.push(yield* byTrees(fold, trees));
    yield;
  }
  return judged(verdicts);
}

/** The folds: in fold k the rows i with i mod 5 = k are asked about. */
export function foldsOf([a, b]: Sides): Fold[] {
  return Array.from({ length: Math.min(FOLDS, rowsOf(a)) }, (_, fold) => {
    const side = (columns: readonly Float64Array[], inside: boolean): Float64Array[] =>
      columns.map((column) => column.filter((_value, i) => (i % FOLDS === fold) === inside));
    return [
      [side(a, false), side(b, false)],
      [side(a, true), side(b, true)],
    ];
  });
}

function* byTrees([[a, b], asked]: Fold, trees: BoostedTreesOptions): InPieces<Verdicts> {
  const labels = new Int32Array(rowsOf(a) + rowsOf(b)).fill(1, rowsOf(a));
  const model = yield* boostedTreesInPieces(stacked(a, b), labels, 2, trees);
  const logOdds = model.scores(stacked(...asked)).filter((_, i) => i % 2 === 1);
  const cut = rowsOf(asked[0]);
  return [logOdds.slice(0, cut), logOdds.slice(cut)];
}

/** The verdicts of all folds together. */
export function judged(folds: readonly Verdicts[]): TwoSample {
  let [rows, right] = [0, 0];
  for (const [ofA, ofB] of folds) {
    rows += ofA.length;
    right += told(ofA, (score) => score < 0) + told(ofB, (score) => score > 0);
  }
  const auc = meanAuc(folds.map(([ofA, ofB]) => areaUnderCurve(ofB, ofA)));
  // Scores that are all equal (trees without a split) have the area 0.5 and no error.
  const above = auc.auc - 0.5;
  const pValue = above === 0 && auc.standardError === 0 ? 1 : normalCdf(-above / auc.standardError);
  return { ...auc, accuracy: right / (2 * rows), pValue, rows };
}

/** Rows told to be of their own side; log-odds of 0 tell neither, and count one half. */
function told(scores: Float64Array, own: (score: number) => boolean): number {
  let count = 0;
  for (const score of scores) count += score === 0 ? 0.5 : own(score) ? 1 : 0;
  return count;
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
