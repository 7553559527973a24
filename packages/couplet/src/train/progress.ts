/** Where a training run stands, and what it tells of that. */
import type { TrainResult } from "../engine/device/device.ts";
import type { TrainEvent } from "./events.ts";
import type { TrainSettings } from "./settings.ts";
import { stepsLeft } from "./pace.ts";
import type { Pace } from "./pace.ts";
import type { Trainer } from "./trainer.ts";

/** Where a run stands. */
export interface Progress {
  /** Epochs done. */
  epoch: number;
  /** Steps done in the epoch under way. */
  step: number;
  /** Sums over the epoch under way. */
  loss: number;
  weight: number;
  skipped: number;
  skippedInARow: number;
  gradientNorm: number;
  best: { epoch: number; validationLoss: number };
  /** Training and validation loss of each epoch. */
  history: [number, number][];
  elapsedMs: number;
  /** Reversible mode: how many times drift has made the kept states denser. */
  timesDriftExceeded: number;
  /** Largest drift of the epoch under way. */
  drift: number;
}

/** The progress of a run that has not begun. */
export function atTheStart(): Progress {
  return {
    epoch: 0,
    step: 0,
    loss: 0,
    weight: 0,
    skipped: 0,
    skippedInARow: 0,
    gradientNorm: 0,
    best: { epoch: 0, validationLoss: Infinity },
    history: [],
    elapsedMs: 0,
    timesDriftExceeded: 0,
    drift: 0,
  };
}

/** Adds the steps that a job did. */
export function addSteps(progress: Progress, result: TrainResult): void {
  progress.step += result.steps;
  progress.loss += result.loss;
  progress.weight += result.weight;
  progress.skipped += result.skipped;
  progress.skippedInARow = result.skippedInARow;
  progress.gradientNorm = result.lastNorm;
  progress.drift = Math.max(progress.drift, result.drift);
}

/**
 * Ends the epoch under way.
 *
 * @param offset the task's `lossOffset`
 * @param better whether it is the best so far
 */
export function closeEpoch(
  progress: Progress,
  validationLoss: number,
  offset: number,
  better: boolean,
): void {
  const trainLoss = progress.weight > 0 ? progress.loss / progress.weight + offset : NaN;
  progress.epoch++;
  progress.step = 0;
  progress.loss = 0;
  progress.weight = 0;
  progress.history.push([trainLoss, validationLoss]);
  if (better) progress.best = { epoch: progress.epoch, validationLoss };
}

/** What events of progress are made of. */
export interface ProgressSource {
  readonly progress: Progress;
  readonly settings: TrainSettings;
  readonly trainer: Trainer;
  readonly pace: Pace;
  /** Of the whole run. */
  readonly elapsedMs: number;
  /** Time until `maxMinutes` are over; Infinity without. */
  readonly allowedMs: number;
}

type EventOf<T extends TrainEvent["type"]> = Extract<TrainEvent, { readonly type: T }>;

/** How far the epoch under way is. */
export function progressEvent(source: ProgressSource): EventOf<"progress"> {
  const { progress, settings, trainer } = source;
  const step = progress.epoch * trainer.stepsPerEpoch + progress.step;
  return {
    type: "progress",
    epoch: progress.epoch + 1,
    epochs: settings.epochs,
    step,
    steps: trainer.totalSteps,
    ...speed(source, step),
  };
}

/** How the epoch that was closed last went. */
export function epochEvent(source: ProgressSource): EventOf<"epoch"> {
  const { progress, settings, trainer } = source;
  const [trainLoss, validationLoss] = progress.history.at(-1)!;
  const steps = progress.epoch * trainer.stepsPerEpoch;
  return {
    type: "epoch",
    epoch: progress.epoch,
    epochs: settings.epochs,
    trainLoss,
    validationLoss,
    best: progress.best,
    learningRate: trainer.learningRateAt(steps - 1),
    gradientNorm: progress.gradientNorm,
    skippedSteps: progress.skipped,
    ...speed(source, steps),
  };
}

/** Speed of late, and how long the training will go on at that speed. */
function speed(
  { progress, settings, trainer, pace, elapsedMs, allowedMs }: ProgressSource,
  steps: number,
) {
  const msPerStep = pace.msPerStep(trainer.stepsPerEpoch) ?? elapsedMs / Math.max(1, steps);
  return {
    rowsPerSecond: (1000 * settings.batch) / msPerStep,
    elapsedMs,
    etaMs: Math.min(allowedMs, msPerStep * stepsLeft(progress, settings, trainer.stepsPerEpoch)),
  };
}
