/** What a study trains in each round: all learning rates for a ninth of the epochs, the better half for a third, the best at full length. */
import type { Cell } from "./cell.ts";
import { pairedDifference } from "./compare-cells.ts";
import type { Estimate } from "./compare-cells.ts";
import type { Job, JobResult, Round } from "./job.ts";
import { keyOf } from "./journal.ts";
import { clippedChange } from "../train/compare-losses.ts";
import type { StudySettings } from "./options.ts";

/** A cell that fits the budget. */
export type SizedCell = Cell & { readonly width: number };

/** Results by {@link keyOf} their jobs. */
export type Results = ReadonlyMap<string, JobResult>;

/** A cell that is not trained further, and the one that it is behind. */
export interface Stopped {
  readonly best: string;
  readonly behind: Estimate;
}

/** Standard errors over rows, and nats, behind the best cell after a third of the epochs beyond which a cell is hopeless. */
const [HOPELESS_ERRORS, HOPELESS_NATS] = [4, 0.05];

const PARTS: Readonly<Record<Round, number>> = { ninth: 9, third: 3, full: 1 };

/** Epochs of a round's jobs. */
export function epochsOf(round: Round, { epochs }: StudySettings): number {
  return Math.max(1, Math.round(epochs / PARTS[round]));
}

/**
 * Jobs of a cell in a round; none before its results of the round before. A rate that diverges in the second round makes room for the next best of
 * the first, so that there are more jobs once such results are known.
 */
export function jobsOf(
  round: Round,
  cell: SizedCell,
  settings: StudySettings,
  results: Results,
): Job[] {
  const job = (learningRate: number, seed = settings.seed): Job => ({
    round,
    cell: cell.name,
    learningRate,
    seed,
    epochs: epochsOf(round, settings),
  });
  if (round === "ninth") return settings.learningRates.map((rate) => job(rate));
  const before = round === "third" ? "ninth" : "third";
  const rates = trainedRates(before, cell, settings, results);
  if (round === "third") {
    const left = Math.ceil(settings.learningRates.length / 2);
    let holding = 0;
    return rates
      .map((rate) => job(rate))
      .filter((one) => {
        if (holding === left) return false;
        if (results.get(keyOf(one))?.status !== "diverged") holding++;
        return true;
      });
  }
  return rates
    .slice(0, 1)
    .flatMap((rate) =>
      Array.from({ length: settings.seeds }, (_, k) => job(rate, settings.seed + k)),
    );
}

/** How many jobs {@link jobsOf} gives when no run diverges. */
export function jobCount(round: Round, { learningRates, seeds }: StudySettings): number {
  if (round === "full") return seeds;
  return round === "ninth" ? learningRates.length : Math.ceil(learningRates.length / 2);
}

/** The rates of a cell that a round has trained with, best by the validation rows first. */
function trainedRates(
  round: Round,
  cell: SizedCell,
  settings: StudySettings,
  results: Results,
): readonly number[] {
  return jobsOf(round, cell, settings, results)
    .flatMap((job) => {
      const result = results.get(keyOf(job));
      return result?.status === "trained" ? [{ rate: job.learningRate, ...result }] : [];
    })
    .toSorted(bestFirst)
    .map(({ rate }) => rate);
}

type Trial = Pick<Extract<JobResult, { status: "trained" }>, "validation" | "replaced" | "scores">;

/**
 * Order of trials by their validation rows, each row's change clipped as where epochs are chosen (`clippedChange`): one wild row would choose
 * alone. A trial that ended worse than a Gaussian has the Gaussian's rows, and is behind those that did not.
 */
function bestFirst(a: Trial, b: Trial): number {
  if (a.replaced !== b.replaced) return a.replaced ? 1 : -1;
  if (a.replaced) return b.validation - a.validation;
  const losses = ({ scores }: Trial): Float64Array => scores.map((nats) => -nats);
  return clippedChange(losses(a), losses(b), undefined);
}

/** Whether each learning rate of a cell diverged, in the first round or in the second. */
export function everyRateDiverged(
  cell: SizedCell,
  settings: StudySettings,
  results: Results,
): boolean {
  const trials = (["ninth", "third"] as const).flatMap((round) =>
    jobsOf(round, cell, settings, results),
  );
  const diverged = trials.filter((job) => results.get(keyOf(job))?.status === "diverged");
  return new Set(diverged.map((job) => job.learningRate)).size === settings.learningRates.length;
}

/** The learning rate that a cell has at full length; undefined when every run for a third diverged, or none was run. */
export function bestRate(
  cell: SizedCell,
  settings: StudySettings,
  results: Results,
): number | undefined {
  return trainedRates("third", cell, settings, results)[0];
}

/**
 * The cells that a third of the epochs shows to be hopeless: more than .05 nats behind the best cell by four standard errors, paired by
 * validation row. What luck a run has is not in these errors, hence the wide margin.
 *
 * @returns none before every cell has been trained for a third
 */
export function stoppedCells(
  cells: readonly SizedCell[],
  settings: StudySettings,
  results: Results,
): ReadonlyMap<string, Stopped> {
  const jobs = cells.flatMap((cell) => jobsOf("third", cell, settings, results));
  if (jobs.some((job) => !results.has(keyOf(job)))) return new Map();
  const trained = cells.flatMap((cell) => {
    const rate = bestRate(cell, settings, results);
    const job = jobsOf("third", cell, settings, results).find((one) => one.learningRate === rate);
    const result = job === undefined ? undefined : results.get(keyOf(job));
    return result?.status === "trained" ? [{ name: cell.name, ...result }] : [];
  });
  const [best] = trained.toSorted(bestFirst);
  if (best === undefined) return new Map();
  const scoresOf = ({ name, scores }: typeof best) => ({ name, scores: [scores] });
  return new Map(
    trained.flatMap((cell) => {
      const behind = pairedDifference(scoresOf(cell), scoresOf(best));
      const hopeless = behind.nats - HOPELESS_ERRORS * behind.standardError > HOPELESS_NATS;
      return hopeless ? [[cell.name, { best: best.name, behind }] as const] : [];
    }),
  );
}
