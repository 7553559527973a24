/** What samples lose, beyond what chance takes: associations, coverage, distance to the training rows. */
import type { AssociationReport } from "./association.ts";
import type { CalibrationReport } from "./calibration.ts";
import type { CopyingReport } from "./two-sample.ts";

/** A pair of columns that goes together less in samples than in rows. */
export interface LostAssociation {
  readonly columns: readonly [string, string];
  readonly real: number;
  readonly sampled: number;
  /** How much nearer to 0, or beyond it, the samples are. */
  readonly loss: number;
}

/** A loss below this is not worth a word. */
const LEAST_LOSS = 0.1;

/**
 * Four standard errors at no association (`noise` has 1.96): with 435 pairs, chance alone exceeds it in one report of thirty.
 * Associations vary less the stronger they are.
 */
const BEYOND_NOISE = 2;

/** Pairs whose association is weaker in samples than in rows, or reversed: by .1 and beyond chance. The greatest loss first. */
export function lostAssociations(report: AssociationReport): LostAssociation[] {
  const { columns, real, sampled, noise } = report;
  const least = Math.max(LEAST_LOSS, BEYOND_NOISE * noise);
  const found: LostAssociation[] = [];
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < i; j++) {
      const [r, s] = [real[i]![j]!, sampled[i]![j]!];
      const loss = Math.sign(r) * (r - s);
      if (loss > least)
        found.push({ columns: [columns[j]!, columns[i]!], real: r, sampled: s, loss });
    }
  return found.sort((a, b) => b.loss - a.loss);
}

/** Where intervals or regions of the model hold another share of rows than they promise. */
export interface CoverageGap {
  readonly of: "intervals" | "regions";
  readonly nominal: number;
  readonly observed: number;
  /** From the promised share to the nearer end of the observed one's 95 % interval. */
  readonly gap: number;
}

/** The level of the widest gap, of intervals of cells and of regions of rows; `undefined` where every promise holds within chance. */
export function widestCoverageGap(calibration: CalibrationReport): CoverageGap | undefined {
  let widest: CoverageGap | undefined;
  for (const of of ["intervals", "regions"] as const) {
    const { nominal, observed, low, high } = calibration[of];
    nominal.forEach((level, i) => {
      const gap = Math.max(low[i]! - level, level - high[i]!);
      if (gap > (widest?.gap ?? 0)) widest = { of, nominal: level, observed: observed[i]!, gap };
    });
  }
  return widest;
}

/** Standard errors beyond which samples copy more than held-out rows do: identical rows are no rare event, so a strict bar. */
const CLEAR = 3;

/** How many more of the samples than of the held-out rows equal a training row: a share, 0 where chance explains it. */
export function excessCopies({ rows, sampledCopies, heldOutCopies }: CopyingReport): number {
  const pooled =
    (sampledCopies * rows.sampled + heldOutCopies * rows.heldOut) / (rows.sampled + rows.heldOut);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / rows.sampled + 1 / rows.heldOut));
  const excess = sampledCopies - heldOutCopies;
  return excess > CLEAR * error ? excess : 0;
}
