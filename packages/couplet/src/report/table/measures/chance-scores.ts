/** What the scores of columns would be if nothing differed. */
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
 * distance of equal distributions), as many as the rows and as the samples that were compared.
 *
 * @param rows the rows that were compared
 * @param sampled how many samples they were compared with
 */
export function withChance(
  shapes: readonly ColumnShape[],
  rows: FeatureMatrix,
  sampled: number,
  seed: number,
): ColumnScore[] {
  return shapes.map((shape) => {
    const j = rows.schemas.findIndex(({ name }) => name === shape.column);
    const values = rows.columns[j]!;
    const scores = Array.from({ length: REPEATS }, (_, draw) => {
      const some = (count: number, side: number): Float64Array =>
        Float64Array.from({ length: count }, (_cell, row) => {
          const u = philoxUniform({ seed, row, stream: 40 + 2 * j + side, draw });
          return values[Math.floor(u * values.length)]!;
        });
      return shapeScore(rows.schemas[j]!, some(rows.rows, 0), some(sampled, 1));
    });
    return {
      ...shape,
      chance: scores.reduce((sum, score) => sum + score, 0) / REPEATS,
      chanceLow: Math.min(...scores),
    };
  });
}
