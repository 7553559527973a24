/** From the results of all runs to one row per cell. */
import type { Cell } from "./cell.ts";
import { estimate, rankCells } from "./compare-cells.ts";
import type { JobResult } from "./job.ts";
import { keyOf } from "./journal.ts";
import type { StudySettings } from "./options.ts";
import type { StudyCell, StudyResult } from "./result.ts";
import { bestRate } from "./schedule.ts";
import { median } from "../statistics/median.ts";

type Trained = Extract<JobResult, { status: "trained" }>;

interface CellRuns {
  readonly cell: Cell;
  readonly learningRate: number | undefined;
  readonly trained: readonly Trained[];
  readonly diverged: number;
  /** Of the trials of the learning rates: whether any was run. */
  readonly tried: boolean;
}

/** Cells in order, and the best with those that are tied with it. */
export function summarise(
  cells: readonly Cell[],
  settings: StudySettings,
  results: ReadonlyMap<string, JobResult>,
): Pick<StudyResult, "cells" | "best"> {
  const all = cells.map((cell) => runsOf(cell, settings, results));
  const ranks = rankCells(
    all
      .filter(({ trained, diverged }) => trained.length > 0 && diverged === 0)
      .map(({ cell, trained }) => ({ name: cell.name, scores: trained.map(({ test }) => test) })),
  );
  const rows = all.map((runs) => rowOf(runs, settings, ranks.get(runs.cell.name)));
  const best = rows
    .filter(({ tied }) => tied === true)
    .toSorted((a, b) => b.nats! - a.nats!)
    .map(({ name }) => name);
  return { cells: rows, best };
}

function runsOf(
  cell: Cell,
  settings: StudySettings,
  results: ReadonlyMap<string, JobResult>,
): CellRuns {
  const learningRate = cell.width === undefined ? undefined : bestRate(cell, settings, results);
  const found = Array.from({ length: settings.seeds }, (_, k) =>
    learningRate === undefined
      ? undefined
      : results.get(
          keyOf({
            cell: cell.name,
            learningRate,
            seed: settings.seed + k,
            epochs: settings.epochs,
          }),
        ),
  ).filter((result) => result !== undefined);
  return {
    cell,
    learningRate,
    trained: found.filter((result): result is Trained => result.status === "trained"),
    diverged: found.filter(({ status }) => status === "diverged").length,
    tried: [...results.keys()].some((key) => key.startsWith(`${cell.name}|`)),
  };
}

function rowOf(
  { cell, learningRate, trained, diverged, tried }: CellRuns,
  { learningRates }: StudySettings,
  rank: ReturnType<typeof rankCells> extends ReadonlyMap<string, infer R> ? R | undefined : never,
): StudyCell {
  const { name, couplings, depth } = cell;
  const about = { name, couplings, depth, runs: trained.length + diverged, diverged };
  if (cell.refusal !== undefined) return { ...about, status: "refused", reason: cell.refusal };
  const size = { width: cell.width, parameters: cell.parameters };
  if (learningRate === undefined) {
    return tried
      ? {
          ...about,
          ...size,
          status: "diverged",
          reason: `at every rate of ${learningRates.join(", ")}`,
        }
      : { ...about, ...size, status: "not run", reason: "the time was over" };
  }
  if (trained.length === 0) {
    return diverged > 0
      ? { ...about, ...size, learningRate, status: "diverged", reason: "with every seed" }
      : { ...about, ...size, learningRate, status: "not run", reason: "the time was over" };
  }
  const { nats, standardError } = estimate(trained.map(({ test }) => test));
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
