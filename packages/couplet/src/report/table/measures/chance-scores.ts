/** What the scores of columns would be if nothing differed. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { philoxUniform } from "../../../random/philox.ts";
import type { FeatureMatrix } from "../../../table/quality/feature-matrix.ts";
import { type ColumnShape, shapeScore } from "../../../table/quality/shapes-and-trends.ts";

/** A column's score beside those of real samples. */
export interface ColumnScore extends ColumnShape {
  /** The mean score of two samples of the rows' own distribution, as many as were compared. */
  readonly chance: number;
  /** The least of 20 such scores: below it, a score is no chance (5 %). */
  readonly chanceLow: number;
}

const REPEATS = 20;

/**
 * Scores beside what two real samples of that size would score: both are drawn from the rows with replacement (a bootstrap of the
 * distance of equal distributions), as many as the rows and as the samples that were compared. In pieces.
 *
 * @param rows the rows that were compared
 * @param sampled how many samples they were compared with
 */
export function* withChance(
  shapes: readonly ColumnShape[],
  rows: FeatureMatrix,
  sampled: number,
  seed: number,
): InPieces<ColumnScore[]> {
  const scored: ColumnScore[] = [];
  for (const shape of shapes) {
    const j = rows.schemas.findIndex(({ name }) => name === shape.column);
    const values = rows.columns[j]!;
    const scores: number[] = [];
    for (let draw = 0; draw < REPEATS; draw++) {
      const some = (count: number, side: number): Float64Array =>
        Float64Array.from({ length: count }, (_cell, row) => {
          const u = philoxUniform({ seed, row, stream: 40 + 2 * j + side, draw });
          return values[Math.floor(u * values.length)]!;
        });
      scores.push(shapeScore(rows.schemas[j]!, some(rows.rows, 0), some(sampled, 1)));
      yield;
    }
    scored.push({
      ...shape,
      chance: scores.reduce((sum, score) => sum + score, 0) / REPEATS,
      chanceLow: Math.min(...scores),
    });
  }
  return scored;
}
