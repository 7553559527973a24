/** What decides which parameters training steps update, and in which order. */
import type { StepUpdates, TrainResult, TrainTensors } from "../engine/device/device.ts";
import type { TrainSettings } from "./settings.ts";

/**
 * How a training gets from one epoch's end to the next: jointly (the default: each step updates all parameters by Adam), block by block, or
 * with steps that are tried and taken back. Epochs, validation, early stopping and checkpoints are the loop's and the same for all.
 *
 * Bits repeat only if a strategy decides by what it is given: no clock, no random numbers but from `settings.seed`.
 */
export interface Strategy {
  readonly name: string;
  /** Plain data (as JSON has it). A checkpoint of other settings, or of another name, is refused. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Begins a run, or goes on with one.
   *
   * @param saved what `snapshot` gave at the checkpoint that is resumed
   */
  begin(driver: StepDriver, saved?: StrategyTensors): StrategyRun;
}

/** A strategy at work in one run. */
export interface StrategyRun {
  /**
   * Does a part of the epoch's steps from `place` on: one visit of a block, say. Between two calls the loop reports progress, saves
   * checkpoints, and heeds stop and abort. `steps` of the result are the batches that the epoch is further, at least one
   * unless `stopped` says why not; a strategy that visits a batch several times counts it once. Give back a result whose `stopped`
   * is "aborted" or "diverged", or that has a `failure`, as it is.
   */
  advance(place: StepPlace): Promise<TrainResult>;
  /** What the next `advance` depends on besides its place, the parameters and the moments, by name. */
  snapshot(): StrategyTensors;
}

/** Numbers of a strategy, by name, of any lengths. */
export type StrategyTensors = Readonly<Record<string, Float32Array | Float64Array>>;

/** Where a training is between two steps. */
export interface StepPlace {
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done in the epoch under way: the number of the batch that is next. */
  readonly step: number;
  /** Steps without a finite gradient in a row, until here. */
  readonly skippedInARow: number;
}

/** A parameter in the flat buffer. */
export interface ParameterRange {
  /** `layers[2].conditioner.hidden0.weight`, say: the layer comes first. */
  readonly name: string;
  /** [start, end) in floats; bounds are multiples of 16, and what lies beyond the parameter's own floats is padding. */
  readonly start: number;
  readonly end: number;
}

/** What a strategy drives a training by. */
export interface StepDriver {
  /** In the order of the buffer. */
  readonly parameters: readonly ParameterRange[];
  readonly settings: TrainSettings;
  readonly stepsPerEpoch: number;
  /** Steps of the whole run, along which the learning rate rises and falls. */
  readonly totalSteps: number;
  /**
   * Steps on the batches from `place` on, until the epoch ends, `most` are done, or a slice of time is over. The rows, the noise and
   * the learning rate of a step depend on its place alone, so a place may be visited again.
   *
   * @param options.updates the ranges that are updated, all others being held; by default all parameters are
   */
  run(
    place: StepPlace,
    options?: { readonly most?: number; readonly updates?: StepUpdates },
  ): Promise<TrainResult>;
  /** Loss (mean: `loss / weight` of the result) and gradient of the batch at `place`. Nothing is updated. */
  gradient(
    place: StepPlace,
  ): Promise<{ readonly result: TrainResult; readonly gradient: Float32Array<ArrayBuffer> }>;
  /** The parameters (`parameters`), Adam's moments (`mean`, `square`) and the moving average (`average`) if one is kept: copies. */
  read(): Promise<TrainTensors>;
  /** Puts other numbers in place of some of them. */
  write(tensors: Readonly<Record<string, Float32Array>>): void;
}
