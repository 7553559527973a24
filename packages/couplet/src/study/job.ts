/** One training of a study: a cell, a learning rate, a seed, and so many epochs. */
import { CoupletError } from "../error.ts";
import type { Batch } from "../flow/model/rows.ts";
import { fit } from "../train/fit.ts";
import type { Cell, CellSettings } from "./cell.ts";
import { cellSpec } from "./cell.ts";
import { median } from "../statistics/median.ts";

/**
 * How far a training goes: `"ninth"` and `"third"` of the epochs are trials, judged by the validation rows; `"full"` ones are compared on the
 * test rows, which nothing was chosen by.
 */
export type Round = "ninth" | "third" | "full";

/** What is to be trained. */
export interface Job {
  readonly round: Round;
  /** `couplings x depth` of the cell. */
  readonly cell: string;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
}

/** What came of it. */
export type JobResult =
  | { readonly status: "diverged"; readonly reason: string }
  | {
      readonly status: "trained";
      /** Mean log-density of the validation rows at the best epoch, nats; of a run that was replaced, before it was. */
      readonly validation: number;
      /** Whether training ended worse than a Gaussian, which `fit` then gives back in place of the flow. */
      readonly replaced: boolean;
      /** Log-densities of the rows that it is judged by ({@link Round}), nats. */
      readonly scores: Float64Array;
      readonly seconds: number;
      /** Microseconds per row of log-densities, on one thread. */
      readonly scoringMicros: number;
      readonly logDet: readonly [least: number, most: number];
      /** 99.9th percentile of |decode(encode(x)) - x|, standardised units. */
      readonly inverseError: number;
      readonly skippedSteps: number;
    };

/** Rows of a study, split once for all of its jobs. */
export interface StudyRows {
  readonly train: Batch;
  readonly validation: Batch;
  readonly test: Batch;
}

/** Rows that the inverse is checked on, and that scoring is timed on. */
const CHECKED = 2000;

/**
 * Trains and measures, on one thread. A run that diverges is a result.
 *
 * @throws CoupletError anything but DIVERGED; what `signal` was aborted with
 */
export async function runJob(
  cell: Cell & { readonly width: number },
  job: Job,
  rows: StudyRows,
  settings: CellSettings & { readonly batch: number },
  signal: AbortSignal | undefined,
): Promise<JobResult> {
  const began = performance.now();
  try {
    const model = await fit(cellSpec(cell, cell.width, settings), rows.train.data, {
      validation: { rows: rows.validation.data },
      epochs: job.epochs,
      patience: Math.max(1, job.epochs),
      batch: settings.batch,
      learningRate: job.learningRate,
      seed: job.seed,
      threads: 1,
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      const seconds = (performance.now() - began) / 1000;
      const checked = rows.test.data.subarray(0, CHECKED * rows.test.cols);
      const judged = judgedRows(job.round, rows);
      const scores = await model.logProb(judged.data);
      const scoringMicros =
        (1000 * (await medianMs(() => model.logProb(judged.data)))) / judged.rows;
      const inverse = await model.checkInverse(checked);
      const { best, history } = model.training!;
      // `fit` gives the Gaussian, or what is near it, where training ended worse.
      const replaced = best.epoch === 0;
      const losses = history.map(([, loss]) => loss).filter(Number.isFinite);
      return {
        status: "trained",
        validation: replaced ? -Math.min(...losses) : -best.validationLoss,
        replaced,
        scores,
        seconds,
        scoringMicros,
        logDet: [inverse.logDet.least, inverse.logDet.most],
        inverseError: inverse.error.p999,
        skippedSteps: model.training!.skippedSteps,
      };
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (error instanceof CoupletError && error.code === "DIVERGED")
      return { status: "diverged", reason: error.message };
    throw error;
  }
}

/** The rows that a job's log-densities are of. */
export function judgedRows(round: Round, { validation, test }: StudyRows): Batch {
  return round === "full" ? test : validation;
}

/** Milliseconds of a call that has run once before: the median of five, of which other runs on the machine disturb some. */
async function medianMs(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let k = 0; k < 5; k++) {
    const began = performance.now();
    await call();
    times.push(performance.now() - began);
  }
  return median(times);
}
