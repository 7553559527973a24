/** From the results of all runs to one row per cell. */
import type { Cell } from "./cell.ts";
import { estimate, impossibleRows, rankCells } from "./compare-cells.ts";
import type { JobResult, Round } from "./job.ts";
import { keyOf } from "./journal.ts";
import type { StudySettings } from "./options.ts";
import type { StudyCell, StudyResult } from "./result.ts";
import { bestRate, everyRateDiverged, jobsOf, stoppedCells } from "./rounds.ts";
import type { Results, SizedCell, Stopped } from "./rounds.ts";
import { median } from "../statistics/median.ts";

type Trained = Extract<JobResult, { status: "trained" }>;

interface CellRuns {
  readonly cell: Cell;
  readonly learningRate: number | undefined;
  readonly trained: readonly Trained[];
  readonly diverged: number;
  /** Whether each of its learning rates diverged in a trial. */
  readonly hopelessRates: boolean;
  readonly stopped: Stopped | undefined;
}

/** Cells in order, the best with those that are tied with it, and a sentence on test rows of density 0. */
export function summarise(
  cells: readonly Cell[],
  settings: StudySettings,
  results: Results,
): Pick<StudyResult, "cells" | "best"> & { readonly impossible: string[] } {
  const sized = cells.filter(isSized);
  const stopped = stoppedCells(sized, settings, results);
  const all = cells.map((cell) => runsOf(cell, settings, results, stopped.get(cell.name)));
  const scored = all
    .filter(({ trained, diverged }) => trained.length > 0 && diverged === 0)
    .map(({ cell, trained }) => ({ name: cell.name, scores: trained.map(({ scores }) => scores) }));
  const ranks = rankCells(scored);
  const rows = all.map((runs) => rowOf(runs, settings, ranks.get(runs.cell.name)));
  const best = rows
    .filter(({ tied }) => tied === true)
    .toSorted((a, b) => b.nats! - a.nats!)
    .map(({ name }) => name);
  const count = impossibleRows(scored).length;
  const impossible =
    count === 0
      ? []
      : [
          `${count} test row${count === 1 ? " has" : "s have"} density 0 under some cell: the means count each as a row that lies as far below the lowest hundredth of the others as the highest hundredth lies above it, unless they are more than 1 %`,
        ];
  return { cells: rows, best, impossible };
}

function isSized(cell: Cell): cell is SizedCell {
  return cell.width !== undefined;
}

function runsOf(
  cell: Cell,
  settings: StudySettings,
  results: Results,
  stopped: Stopped | undefined,
): CellRuns {
  const sized = isSized(cell) ? cell : undefined;
  const found = (round: Round): JobResult[] =>
    sized === undefined
      ? []
      : jobsOf(round, sized, settings, results).flatMap((job) => results.get(keyOf(job)) ?? []);
  const full = found("full");
  return {
    cell,
    learningRate: sized === undefined ? undefined : bestRate(sized, settings, results),
    trained: full.filter((result): result is Trained => result.status === "trained"),
    diverged: full.filter(({ status }) => status === "diverged").length,
    hopelessRates: sized !== undefined && everyRateDiverged(sized, settings, results),
    stopped,
  };
}

function rowOf(
  { cell, learningRate, trained, diverged, hopelessRates, stopped }: CellRuns,
  { learningRates }: StudySettings,
  rank: ReturnType<typeof rankCells> extends ReadonlyMap<string, infer R> ? R | undefined : never,
): StudyCell {
  const { name, couplings, depth } = cell;
  const about = { name, couplings, depth, runs: trained.length + diverged, diverged };
  if (cell.refusal !== undefined) return { ...about, status: "refused", reason: cell.refusal };
  const size = { width: cell.width, parameters: cell.parameters };
  if (learningRate === undefined) {
    return hopelessRates
      ? {
          ...about,
          ...size,
          status: "diverged",
          reason: `at every rate of ${learningRates.join(", ")}`,
        }
      : { ...about, ...size, status: "not run", reason: "the time was over" };
  }
  if (stopped !== undefined)
    return { ...about, ...size, learningRate, status: "stopped", reason: reasonOf(stopped) };
  if (trained.length === 0) {
    return diverged > 0
      ? { ...about, ...size, learningRate, status: "diverged", reason: "with every seed" }
      : { ...about, ...size, learningRate, status: "not run", reason: "the time was over" };
  }
  const { nats, standardError } = estimate(trained.map(({ scores }) => scores));
  return {
    ...about,
    ...size,
    learningRate,
    status: diverged > 0 ? "diverged" : "trained",
    ...(diverged > 0 ? { reason: `with ${diverged} of ${about.runs} seeds` } : {}),
    replaced: trained.filter(({ replaced }) => replaced).length,
    nats,
    standardError,
    trainingSeconds: median(trained.map(({ seconds }) => seconds)),
    scoringMicros: median(trained.map(({ scoringMicros }) => scoringMicros)),
    logDet: [
      Math.min(...trained.map(({ logDet }) => logDet[0])),
      Math.max(...trained.map(({ logDet }) => logDet[1])),
    ],
    inverseError: Math.max(...trained.map(({ inverseError }) => inverseError)),
    skippedSteps: trained.reduce((sum, { skippedSteps }) => sum + skippedSteps, 0),
    ...(rank === undefined ? {} : rank),
  };
}

function reasonOf({ best, behind: { nats, standardError } }: Stopped): string {
  return `after a third of the epochs ${nats.toFixed(3)} +- ${standardError.toFixed(3)} nats behind ${best}`;
}
