/** Which trainings a study runs, in what order, and side by side. */
import { threadHost } from "#threads";
import type { Cell } from "./cell.ts";
import { runJob } from "./job.ts";
import type { Job, JobResult, Round, StudyRows } from "./job.ts";
import { keyOf, resultLine } from "./journal.ts";
import type { StudyOptions, StudySettings } from "./options.ts";
import { epochsOf, jobCount, jobsOf, stoppedCells } from "./rounds.ts";
import type { SizedCell } from "./rounds.ts";

/** A study under way. */
export interface Course {
  readonly cells: readonly Cell[];
  readonly settings: StudySettings;
  readonly parts: StudyRows;
  readonly dims: number;
  readonly results: Map<string, JobResult>;
  readonly options: StudyOptions;
  readonly began: number;
}

/** Runs what has no result yet. @returns whether all was run before the time was over */
export async function runAll(course: Course): Promise<boolean> {
  const { cells, settings, results, options } = course;
  const sized = cells.filter((cell): cell is SizedCell => cell.width !== undefined);
  const progress: Progress = { ...expected(sized, settings), done: 0, fresh: 0, before: 0 };
  for (const result of results.keys()) {
    progress.done++;
    progress.before += Number(result.split("|").at(-1));
  }
  options.onEvent?.({ type: "start", cells, jobs: progress.jobs, done: progress.done });
  for (const round of ["ninth", "third", "full"] as const) {
    const stopped = round === "full" ? stoppedCells(sized, settings, results) : undefined;
    const left = sized.filter(({ name }) => stopped?.has(name) !== true);
    const jobs = left.map((cell) =>
      jobsOf(round, cell, settings, results).map((job) => ({ cell, job })),
    );
    dropUnneeded(progress, round, sized.length, jobs.flat().length, settings);
    // Seed by seed, so that a study that ends early has compared all of its cells.
    const most = Math.max(0, ...jobs.map((own) => own.length));
    const inTurn = Array.from({ length: most }, (_, k) =>
      jobs.flatMap((own) => own.slice(k, k + 1)),
    );
    if (!(await sideBySide(inTurn.flat(), course, progress))) return false;
    // Where a rate has diverged, the cell tries its next best.
    for (;;) {
      const further = left.flatMap((cell) =>
        jobsOf(round, cell, settings, results)
          .filter((job) => !results.has(keyOf(job)))
          .map((job) => ({ cell, job })),
      );
      if (further.length === 0) break;
      progress.jobs += further.length;
      progress.epochs += further.length * epochsOf(round, settings);
      if (!(await sideBySide(further, course, progress))) return false;
    }
  }
  return true;
}

/** Jobs and their epochs when no run diverges and no cell is stopped. */
function expected(
  sized: readonly SizedCell[],
  settings: StudySettings,
): Pick<Progress, "jobs" | "epochs"> {
  const rounds = ["ninth", "third", "full"] as const;
  const sum = (weight: (round: Round) => number): number =>
    rounds.reduce(
      (all, round) => all + sized.length * jobCount(round, settings) * weight(round),
      0,
    );
  return { jobs: sum(() => 1), epochs: sum((round) => epochsOf(round, settings)) };
}

/** Takes from what is expected the jobs of a round that its cells do not need: they diverged, or are stopped. */
function dropUnneeded(
  progress: Progress,
  round: Round,
  cells: number,
  needed: number,
  settings: StudySettings,
): void {
  const dropped = cells * jobCount(round, settings) - needed;
  progress.jobs -= dropped;
  progress.epochs -= dropped * epochsOf(round, settings);
}

interface Progress {
  jobs: number;
  epochs: number;
  done: number;
  /** Epochs done by this run, and by those before it. */
  fresh: number;
  before: number;
}

/** Runs the jobs that have no result yet, as many at a time as there are threads. @returns whether the time sufficed */
async function sideBySide(
  jobs: readonly { readonly cell: SizedCell; readonly job: Job }[],
  { settings, parts, dims, results, options, began }: Course,
  progress: Progress,
): Promise<boolean> {
  const waiting = jobs.filter(({ job }) => !results.has(keyOf(job)));
  const limit = (options.maxMinutes ?? Infinity) * 60_000;
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const timer = Number.isFinite(limit)
    ? setTimeout(() => stop.abort(outOfTime), Math.max(0, limit - (performance.now() - began)))
    : undefined;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      const { cell, job } = next;
      const about = { dims, budget: settings.budget, transform: settings.transform };
      const result = await runJob(cell, job, parts, { ...about, batch: settings.batch }, signal);
      results.set(keyOf(job), result);
      await options.journal?.append(resultLine(job, result));
      progress.done++;
      progress.fresh += job.epochs;
      const left = progress.epochs - progress.before - progress.fresh;
      options.onEvent?.({
        type: "job",
        job,
        status: result.status,
        validation: result.status === "trained" ? result.validation : undefined,
        done: progress.done,
        jobs: progress.jobs,
        fraction: (progress.before + progress.fresh) / progress.epochs,
        secondsLeft: ((performance.now() - began) / 1000 / progress.fresh) * left,
      });
    }
  };
  const threads = options.threads ?? threadHost.cores;
  const runs = Array.from({ length: Math.min(threads, waiting.length) }, worker);
  try {
    // The first failure ends the others: their devices are freed before the error is told.
    await Promise.all(
      runs.map((run) => run.catch((error: unknown) => (stop.abort(error), Promise.reject(error)))),
    );
    return true;
  } catch (error) {
    await Promise.allSettled(runs);
    if (error === outOfTime) return false;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const outOfTime = new Error("the time of the study is over");
