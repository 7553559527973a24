/** What a run trains: parameters on a device, an objective over them, and the data of its feeds. */
import type { ParameterLayout } from "../engine/graph.ts";
import type { Parameter } from "../engine/value.ts";
import type { Floats, Runner } from "../flow/model/runner.ts";
import type { LoweredObjective } from "./objective.ts";

/** Parameters on a device. A `FlowModel` is one. */
export interface Trainee {
  readonly layout: ParameterLayout;
  readonly parameterList: readonly Parameter[];
  readonly runner: Runner;
  /** The flat parameter buffer (a copy). */
  readonly parameters: Float32Array<ArrayBuffer>;
  setParameters(parameters: Float32Array): void;
}

/** Data by the names of an objective's feeds, rows x columns each. */
export type Feeds = Readonly<Record<string, Float32Array>>;

/** Rows with their data and weights. */
export interface TaskRows {
  readonly rows: number;
  /**
   * Makes the feeds: called when they are copied to the device.
   *
   * @param numbers of these rows alone, in this order
   */
  feeds(numbers?: Int32Array): Feeds;
  /** One per row, of mean 1 over the training rows; `undefined`: 1 each. */
  readonly weights: Float64Array | undefined;
}

/** A run's subject. */
export interface Task {
  readonly trainee: Trainee;
  readonly objective: LoweredObjective;
  readonly training: TaskRows;
  readonly validation: TaskRows;
  /** Added to the mean loss of rows, for people: what standardised units take from a log-density, say. */
  readonly lossOffset: number;
  /** Told the outputs of the objective's `lossGraph` whenever it has run over the held-out rows. */
  validated?(outputs: ReadonlyMap<string, Floats>): void;
  /**
   * New data for some feeds in an epoch (from 0); `undefined` keeps what is there.
   *
   * @param numbers of these rows alone, in this order
   */
  feedsOfEpoch?(epoch: number, numbers?: Int32Array): Promise<Feeds | undefined>;
}
