/** Which cell is best, and which cannot be told from it. */
import { mean, variance } from "../statistics/mean.ts";

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
 */
export function estimate(scores: readonly Float64Array[]): Estimate {
  const perSeed = scores.map(mean);
  const nats = mean(perSeed);
  const rows = rowMeans(scores);
  return {
    nats,
    standardError: Math.sqrt(variance(perSeed) / perSeed.length + variance(rows) / rows.length),
  };
}

/** b's mean less a's, paired by row, with the seeds of both as independent draws. */
export function pairedDifference(a: CellScores, b: CellScores): Estimate {
  const [ofA, ofB] = [rowMeans(a.scores), rowMeans(b.scores)];
  const difference = ofB.map((value, i) => value - ofA[i]!);
  const seeds = [a, b].reduce(
    (sum, { scores }) => sum + variance(scores.map(mean)) / scores.length,
    0,
  );
  return {
    nats: mean(difference),
    standardError: Math.sqrt(variance(difference) / difference.length + seeds),
  };
}

/** The cell of highest mean, how far each cell is behind it, and whether that is within two standard errors. */
export function rankCells(
  cells: readonly CellScores[],
): ReadonlyMap<string, { readonly behind: Estimate; readonly tied: boolean }> {
  const means = cells.map(({ scores }) => estimate(scores).nats);
  const best = cells[means.indexOf(Math.max(...means))];
  return new Map(
    cells.map((cell) => {
      if (cell === best)
        return [cell.name, { behind: { nats: 0, standardError: 0 }, tied: true }] as const;
      const behind = pairedDifference(cell, best!);
      // With one run of either, the seeds' variance is unknown and the rows' alone would promise too much: tied
      // is then said within two standard errors of the rows.
      return [cell.name, { behind, tied: behind.nats < 2 * behind.standardError }] as const;
    }),
  );
}

function rowMeans(scores: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(scores[0]?.length ?? 0);
  for (const run of scores)
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + run[i]! / scores.length;
  return out;
}
