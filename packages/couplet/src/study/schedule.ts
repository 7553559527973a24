/** Which trainings a study runs, in what order, and side by side. */
import { threadHost } from "#threads";
import type { Cell } from "./cell.ts";
import { runJob } from "./job.ts";
import type { Job, JobResult, StudyRows } from "./job.ts";
import { keyOf, resultLine } from "./journal.ts";
import type { StudyOptions, StudySettings } from "./options.ts";

type SizedCell = Cell & { readonly width: number };

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
  const trials = sized.flatMap((cell) =>
    settings.learningRates.map((rate) => ({ cell, job: trialOf(cell, rate, settings) })),
  );
  const count = sized.length * settings.seeds;
  const epochs = count * settings.epochs + trials.length * trialEpochs(settings);
  const progress = { jobs: trials.length + count, epochs, done: 0, fresh: 0, before: 0 };
  for (const result of results.keys()) {
    progress.done++;
    progress.before += Number(result.split("|").at(-1));
  }
  options.onEvent?.({ type: "start", cells, jobs: progress.jobs, done: progress.done });
  if (!(await sideBySide(trials, course, progress))) return false;
  // Seed by seed, so that a study that ends early has compared all of its cells.
  const full = Array.from({ length: settings.seeds }, (_, k) => k).flatMap((k) =>
    sized.flatMap((cell) => {
      const learningRate = bestRate(cell, settings, results);
      if (learningRate === undefined) return [];
      const job = {
        cell: cell.name,
        learningRate,
        seed: settings.seed + k,
        epochs: settings.epochs,
      };
      return [{ cell, job }];
    }),
  );
  return sideBySide(full, course, progress);
}

interface Progress {
  readonly jobs: number;
  readonly epochs: number;
  done: number;
  /** Epochs done by this run, and by those before it. */
  fresh: number;
  readonly before: number;
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

function trialEpochs({ epochs }: StudySettings): number {
  return Math.max(1, Math.round(epochs / 9));
}

function trialOf(cell: Cell, learningRate: number, settings: StudySettings): Job {
  return { cell: cell.name, learningRate, seed: settings.seed, epochs: trialEpochs(settings) };
}

/** The learning rate of the best trial; undefined when all of them diverged. */
export function bestRate(
  cell: Cell,
  settings: StudySettings,
  results: ReadonlyMap<string, JobResult>,
): number | undefined {
  const scored = settings.learningRates.flatMap((rate) => {
    const result = results.get(keyOf(trialOf(cell, rate, settings)));
    return result?.status === "trained" ? [{ rate, validation: result.validation }] : [];
  });
  return scored.toSorted((a, b) => b.validation - a.validation)[0]?.rate;
}
