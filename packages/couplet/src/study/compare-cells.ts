/** Which cell is best, and which cannot be told from it. */
import { holmAdjusted } from "../statistics/holm.ts";
import { mean, variance } from "../statistics/mean.ts";
import { normalCdf } from "../statistics/normal.ts";
import { clippedChanges } from "../train/compare-losses.ts";

/** Test log-densities of a cell: one array per seed, all of the same rows. */
export interface CellScores {
  readonly name: string;
  readonly scores: readonly Float64Array[];
}

/** A mean with what it is uncertain by. */
export interface Estimate {
  readonly nats: number;
  readonly standardError: number;
}

/**
 * Mean over rows and seeds; variance = variance over seeds / S + variance over rows / n, the rows' of each row's mean over seeds.
 * Log-densities count as far as those of the rows go ({@link clippedChanges}): a row of density 0 would be all that the mean says.
 */
export function estimate(scores: readonly Float64Array[]): Estimate {
  const perSeed = scores.map(clippedMean);
  const rows = clippedScores(rowMeans(scores));
  return {
    nats: mean(perSeed),
    standardError: rootOf(variance(perSeed) / perSeed.length + variance(rows) / rows.length),
  };
}

/** b's mean less a's, paired by row, each row's difference clipped, with the seeds of both as independent draws. */
export function pairedDifference(a: CellScores, b: CellScores): Estimate {
  const [ofA, ofB] = [rowMeans(a.scores), rowMeans(b.scores)];
  const difference = clippedChanges(negative(ofA), negative(ofB));
  const seeds = [a, b].reduce(
    (sum, { scores }) => sum + variance(scores.map(clippedMean)) / scores.length,
    0,
  );
  return {
    nats: mean(difference),
    standardError: rootOf(variance(difference) / difference.length + seeds),
  };
}

/** Beyond two standard errors of one comparison: 1 - Phi(2). Several comparisons are held to it together. */
const LEVEL = normalCdf(-2);

/**
 * The cell of highest mean, how far each cell is behind it, and whether it cannot be told from it: tied is a cell whose one-sided p-value
 * of the difference, Holm's for all that are compared, is 2.3 % or more (two standard errors where one cell is compared, 2.9 where eleven are).
 * With many cells some are two standard errors behind an equal one by chance.
 */
export function rankCells(
  cells: readonly CellScores[],
): ReadonlyMap<string, { readonly behind: Estimate; readonly tied: boolean }> {
  const means = cells.map(({ scores }) => estimate(scores).nats);
  const best = cells[means.indexOf(Math.max(...means))];
  const others = cells
    .filter((cell) => cell !== best)
    .map((cell) => ({ cell, behind: pairedDifference(cell, best!) }));
  // With one run of either, the seeds' variance is unknown and the rows' alone would promise too much: tied is then by the rows' errors.
  const adjusted = holmAdjusted(others.map(({ behind }) => chanceOf(behind)));
  const ranks = new Map(
    others.map(
      ({ cell, behind }, i) => [cell.name, { behind, tied: adjusted[i]! >= LEVEL }] as const,
    ),
  );
  if (best !== undefined)
    ranks.set(best.name, { behind: { nats: 0, standardError: 0 }, tied: true });
  return ranks;
}

/** How often an equal cell is so far behind. */
function chanceOf({ nats, standardError }: Estimate): number {
  // A row of density 0 puts its cell behind without end; two cells that both have one are not told apart.
  if (!Number.isFinite(nats)) return nats === Infinity ? 0 : 1;
  if (standardError === 0) return nats > 0 ? 0 : 1;
  return normalCdf(-nats / standardError);
}

/** Of a variance that infinite log-densities leave without a number, no bound. */
function rootOf(total: number): number {
  return Number.isNaN(total) ? Infinity : Math.sqrt(total);
}

/** Log-densities, clipped as the losses that they are the negatives of. */
function clippedScores(scores: Float64Array): Float64Array {
  return negative(clippedChanges(negative(scores), new Float64Array(scores.length)));
}

function clippedMean(scores: Float64Array): number {
  return mean(clippedScores(scores));
}

function negative(values: Float64Array): Float64Array {
  return values.map((value) => -value);
}

/** Rows of density 0 under some run of some cell. */
export function impossibleRows(cells: readonly CellScores[]): number[] {
  const rows = cells[0]?.scores[0]?.keys() ?? [];
  return [...rows].filter((row) =>
    cells.some(({ scores }) => scores.some((run) => !Number.isFinite(run[row]!))),
  );
}

function rowMeans(scores: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(scores[0]?.length ?? 0);
  for (const run of scores)
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + run[i]! / scores.length;
  return out;
}
