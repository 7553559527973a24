/**
 * Lanes: a training batch is cut into parts of equal height, each with a gradient of its own, and one binary tree
 * over lane numbers adds them. Lanes depend on the batch alone, so a step has the same bits for any number of
 * threads (and of processes) that share them out.
 */
import { CoupletError } from "../../../error.ts";

/** How a batch is cut: lane l has the rows from l x `rows` on, as far as the batch goes. */
export interface Lanes {
  /** A power of two. */
  readonly count: number;
  readonly rows: number;
}

/** The lanes of one process: `count` of them, from `first` on. */
export interface OwnLanes extends Lanes {
  readonly first: number;
}

/**
 * The lanes of rank `rank` of `ranks` processes.
 *
 * @throws CoupletError USAGE for a number of processes that does not divide the lanes in whole branches of the tree
 */
export function lanesOfRank({ count, rows }: Lanes, rank: number, ranks: number): OwnLanes {
  const own = count / ranks;
  if (Number.isInteger(own) && own >= 1) return { first: rank * own, count: own, rows };
  throw new CoupletError({
    code: "USAGE",
    where: "reducer",
    expected: `1, 2, 4 ... ${count} processes: a batch of this size has ${count} lanes`,
    received: String(ranks),
    hint: "Larger batches have more lanes: 2 from 64 rows on, 4 from 256, 8 from 1024, 16 from 2048.",
  });
}

/** Most lanes of a batch: more threads than this gain nothing in training. */
export const MOST_LANES = 16;

/** Rows of a lane at least: of the second, of the third and fourth, and of any further one. */
const LEAST_ROWS = { two: 32, four: 64, more: 128 } as const;

/** Lanes begin at multiples of this, as the heights of tiles do. */
const STEP_ROWS = 8;

/** Pieces of the gradient, each with a sum of squares of its own, so that the norm does not depend on threads either. */
export const NORM_PIECES = 64;

/** The lanes of batches of so many rows (the last one of an epoch is cut as the others are): 4 at 512 rows. */
export function lanesOf(batch: number): Lanes {
  let count = 1;
  while (count < MOST_LANES && batch >= 2 * count * leastRows(2 * count)) count *= 2;
  return { count, rows: Math.ceil(batch / count / STEP_ROWS) * STEP_ROWS };
}

/** The numbers of lanes that there are, each with the rows of a batch from which on it has so many. */
export function laneSteps(): readonly { readonly batch: number; readonly threads: number }[] {
  const steps = [{ batch: 1, threads: 1 }];
  for (let count = 2; count <= MOST_LANES; count *= 2)
    steps.push({ batch: count * leastRows(count), threads: count });
  return steps;
}

function leastRows(count: number): number {
  return count === 2 ? LEAST_ROWS.two : count === 4 ? LEAST_ROWS.four : LEAST_ROWS.more;
}

/** The [first, end) of `count` things that part `part` of `parts` has. */
export function shareOf(count: number, part: number, parts: number): readonly [number, number] {
  return [Math.floor((count * part) / parts), Math.floor((count * (part + 1)) / parts)];
}

/** Floats of a piece of the gradient: whole vectors, and at most {@link NORM_PIECES} pieces. */
export function pieceLength(parameters: number): number {
  return Math.max(256, Math.ceil(parameters / NORM_PIECES / 16) * 16);
}

/** The sum of `count` numbers (a power of two), added by the binary tree over their positions. */
export function treeSum(values: Float64Array, first: number, count: number): number {
  if (count === 1) return values[first]!;
  const half = count / 2;
  return treeSum(values, first, half) + treeSum(values, first + half, half);
}
