/** How good a table model is on rows that it never saw, beside simple models on the same rows. */

/** A simple model's mean score on the held-out rows. */
export interface MeanScore {
  readonly name: string;
  /** Mean log density per row of the rows that the model holds possible, nats, in the table's own units. */
  readonly nats: number;
  readonly standardError: number;
  /** Mean advantage of the flow over this model per row, with its standard error (paired), of the rows that both hold possible. */
  readonly advantage: number;
  readonly advantageError: number;
}

/** Scores of held-out rows, beside simple models on the same rows. */
export interface HeldOutReport {
  readonly rows: number;
  /** Rows of probability 0 under the flow, which no mean counts. Absent in older files. */
  readonly impossible?: number;
  readonly flow: { readonly nats: number; readonly standardError: number };
  /** The trained flow's score, where a flow without training (independent columns or a Gaussian copula) took its place for being better. */
  readonly trained?: { readonly nats: number; readonly standardError: number };
  readonly baselines: readonly MeanScore[];
  /** Log densities at equal steps from the least to the greatest: percentiles are read off here. */
  readonly quantiles: readonly number[];
  /**
   * The same of scores from one draw a row, as `score` takes when nobody says: these are lower bounds of the others in the mean, and
   * would look too unusual among them. Absent in older files.
   */
  readonly quantilesOfOneDraw?: readonly number[];
}

/** Points of the saved distribution of held-out scores: half a percent apart. */
const QUANTILES = 201;

/** Percentage of held-out rows whose log density is below `score`: 0 is the most unusual. */
export function percentileAmong(quantiles: readonly number[], score: number): number {
  let low = 0;
  let high = quantiles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quantiles[middle]! < score) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  if (low === quantiles.length) return 100;
  const [below, above] = [quantiles[low - 1]!, quantiles[low]!];
  const part = above > below && Number.isFinite(below) ? (score - below) / (above - below) : 0;
  return (100 * (low - 1 + part)) / (quantiles.length - 1);
}

/** Scores at equal steps of their order. */
export function quantilesOf(scores: Float64Array): number[] {
  const sorted = Float64Array.from(scores).sort();
  return Array.from({ length: QUANTILES }, (_, i) => {
    const at = (i / (QUANTILES - 1)) * (sorted.length - 1);
    const low = Math.floor(at);
    const [a, b] = [sorted[low]!, sorted[Math.min(sorted.length - 1, low + 1)]!];
    // Between -infinity and a number there is nothing to interpolate.
    return a === b || !Number.isFinite(a) ? a : a + (at - low) * (b - a);
  });
}
