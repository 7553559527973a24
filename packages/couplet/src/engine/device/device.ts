/**
 * What a device is to the rest of the library: it compiles graphs, runs batches through them and trains
 * their parameters. Each device is a folder beside this file, and one file per op for what it needs of
 * ops; nothing outside its folder names it but `open.ts`.
 */
import type { WordPairs } from "../../random/word-pairs.ts";
import type { Graph } from "../graph.ts";

/** Numbers in a device's precision; one number per row is float64 on every device. */
export type Floats = Float32Array | Float64Array;

/** Parameters in a device's memory, in the layout of the graphs that read them. */
export interface DeviceBuffer {
  readonly length: number;
  /** Puts `length` other numbers in. */
  write(values: Float32Array): void;
  /** Frees the memory. */
  dispose(): void;
}

/** A batch of rows, and what a run of a graph depends on besides. */
export interface RunBatch {
  readonly parameters: DeviceBuffer;
  /** By name of the graph's inputs: rows x columns each. */
  readonly inputs: Readonly<Record<string, Floats>>;
  readonly rows: number;
  /** Number of the first row in a longer run of rows: noise is addressed by row. Default 0. */
  readonly firstRow?: number;
  /** Of random numbers: two 32-bit words. A graph without noise has none. */
  readonly seed?: readonly [number, number] | undefined;
  /**
   * A row's bits depend on its number alone, not on the rows that come along: a longer run may be cut
   * anywhere. Costs up to a tile of rows more. Default false: bits are those of this very batch.
   */
  readonly anyCut?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A graph that a device can run. */
export interface CompiledGraph {
  /**
   * The graph's outputs, by name.
   *
   * @throws CoupletError ABORTED, OUT_OF_MEMORY, DISPOSED
   */
  run(batch: RunBatch): Promise<ReadonlyMap<string, Floats>>;
  /**
   * The same outputs, to the last bit, computed on the caller's stack. The graph is one of a device that
   * {@link Device.onThisThread} gave.
   *
   * @throws CoupletError OUT_OF_MEMORY, DISPOSED
   */
  runNow(batch: Omit<RunBatch, "anyCut" | "signal">): ReadonlyMap<string, Floats>;
  /** Frees the graph's memory. */
  dispose(): void;
}

/** What a device is made of, as `couplet doctor` prints it. */
export interface DeviceReport {
  readonly device: string;
  readonly platform: "node" | "browser";
  readonly cores: number;
  readonly threads: number;
  readonly threadsReason: string | undefined;
  /** Most threads that share a training step, by the rows of a batch from which on they do; none on a device that does not train. */
  readonly trainingThreads: readonly { readonly batch: number; readonly threads: number }[];
  readonly simd: "relaxed" | "simd128" | "none";
  /** Library of the matrix product, or `wasm`, or `float64` on the reference device. */
  readonly gemm: string;
  /** Why there is no BLAS. */
  readonly blasReason: string | undefined;
}

/** What a training session computes with, besides its graph. */
export interface TrainState {
  /** Trained in place. */
  readonly parameters: DeviceBuffer;
  /**
   * Data of the training rows, rows x columns each, by name of the graph's inputs. Where several processes share the training, the
   * numbers of columns alone: the data come by `replaceFeeds`, for the rows that `setOrder` names.
   */
  readonly feeds: Readonly<Record<string, Float32Array | number>>;
  /** One weight per training row, of mean 1; every row weighs 1 when absent. */
  readonly weights?: Float32Array | undefined;
  /** Training rows. */
  readonly rows: number;
  /** Where the moving average of the parameters starts; none is kept when absent. */
  readonly average?: Float32Array | undefined;
  /** Of dropout masks and noise. */
  readonly seed: readonly [number, number];
  readonly step: TrainStepOptions;
  /** The other processes of this training; none when absent. */
  readonly reducer?: StepReducer | undefined;
}

/** What a step came to on one process. */
export interface StepSums {
  /** Sum of loss x weight over rows. */
  readonly loss: number;
  /** Largest drift of reversible mode. */
  readonly drift: number;
  /** Whether the steps go on: 0 yes, 1 the slice of time is over, 2 they are aborted. */
  readonly verdict: number;
}

/** What happens to a step between its gradients and its update, where several processes share a training. */
export interface StepReducer {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** How many processes there are: a power of two that divides the lanes of a batch. */
  readonly ranks: number;
  /**
   * Replaces `gradient` (in the device's memory) by the sum over all ranks, added by the binary tree over ranks as the losses are:
   * ((0 + 1) + (2 + 3)) + ...; drift is the largest, the verdict that of rank 0. Each rank has to get the same bits.
   */
  reduce(gradient: Float32Array, sums: StepSums): Promise<StepSums>;
}

/**
 * How a step changes the parameters: Adam with decoupled weight decay. With beta2 = 1 there is no second moment: with epsilon = 1 that is
 * stochastic gradient descent, v = beta1 v + g, p = p - rate v.
 */
export interface TrainStepOptions {
  readonly batch: number;
  readonly peakRate: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Steps from which on the rate is a tenth of what it was, in place of the cosine. */
  readonly drops?: readonly number[];
  readonly decay: number;
  /** [start, end) float offsets of the parameters that decay. */
  readonly decayRanges: readonly (readonly [number, number])[];
  readonly clipNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly averageDecay: number;
  /** Non-finite steps in a row that end the run. */
  readonly mostSkipped: number;
}

/** Which steps to do. */
export interface StepsRequest {
  /** Number of the first step within the whole run, and within its epoch. */
  readonly step: number;
  readonly epochStep: number;
  readonly steps: number;
  /** Skipped steps in a row before these. */
  readonly skippedInARow: number;
  /** The session returns after about so long, so that its caller can speak. */
  readonly sliceMs: number;
  /** Adds up time per instruction. */
  readonly profile?: boolean;
  /** What the steps update; all parameters when absent. */
  readonly updates?: StepUpdates | undefined;
}

/** Steps that update some parameters and hold the others. */
export interface StepUpdates {
  /**
   * [start, end) in floats of the parameter buffer, ascending, at the bounds of parameters (multiples of 16). The gradient's norm,
   * which clips it and tells whether it is finite, is that of these ranges. Without any the steps update nothing, and the norm is
   * that of the whole gradient.
   */
  readonly ranges: readonly (readonly [start: number, end: number])[];
  /** How often these parameters have been updated before: the optimiser's moments start at zero, which its steps allow for. */
  readonly earlier: number;
}

/** What steps came to. */
export interface TrainResult {
  readonly steps: number;
  /** Sum over steps and rows of weight * loss, and of the weights. */
  readonly loss: number;
  readonly weight: number;
  readonly skipped: number;
  readonly skippedInARow: number;
  readonly lastNorm: number;
  readonly stopped: "steps" | "time" | "aborted" | "diverged" | "abandoned";
  /** Why the reducer failed: the step under way was given up, the parameters are those before it. */
  readonly failure?: Error;
  /** Largest distance between an input row and its reconstruction, in reversible mode. */
  readonly drift: number;
  /** Milliseconds per instruction, when asked for. */
  readonly times: readonly number[] | undefined;
}

/** Where a number that is not finite was written first. */
export interface Diagnosis {
  readonly op: string;
  readonly path: string;
}

/** An instruction of a training step, for profiles. */
export interface InstructionName {
  readonly op: string;
  readonly path: string;
  readonly kernel: string;
}

/** Everything that the next step depends on, by name: parameters and moments of the optimiser. */
export type TrainTensors = Record<string, Float32Array<ArrayBuffer>>;

/**
 * Training under way: a graph with one loss per row and its gradients, its data, and the state of the
 * optimiser, all in the device's memory.
 */
export interface TrainSession {
  /** Peak bytes of everything that lives during a step on one thread. */
  readonly arenaBytes: number;
  /** What `planTraining` of the same graph and batch gives. */
  readonly planned: TrainingBytes;
  readonly instructions: readonly InstructionName[];
  /** For each lane of a batch the places in an epoch's order that it computes, ascending. */
  lanePlaces(): readonly Int32Array[];
  /**
   * The order in which the epoch takes the training rows.
   *
   * @returns the rows of this process's lanes, ascending, where several share the training; undefined where this process computes all
   */
  setOrder(order: Int32Array): Int32Array | undefined;
  /** Puts other data in place of that of some feeds: of all rows, or of those that `setOrder` returned. */
  replaceFeeds(feeds: Readonly<Record<string, Float32Array>>): void;
  /** Trains for the steps of a request, and tells what came of them. */
  steps(request: StepsRequest): Promise<TrainResult>;
  /** The first op of a step that wrote a number that is not finite. */
  diagnose(step: number, epochStep: number): Promise<Diagnosis | undefined>;
  /** Ends the steps under way after the present one, or (false) lets later ones run. */
  requestAbort(requested: boolean): void;
  /** The gradient of the last step, in the parameters' layout, where that step updated nothing (`updates` without ranges). */
  gradient(): Promise<Float32Array<ArrayBuffer>>;
  /** The parameters that count: the moving average when one is kept. */
  candidate(): Promise<Float32Array<ArrayBuffer>>;
  /** The whole state of the training, from which `restore` goes on. */
  snapshot(): Promise<TrainTensors>;
  /** Puts back the state of a snapshot. */
  restore(snapshot: Readonly<Record<string, Float32Array>>): void;
  /** Frees the memory of the session. */
  dispose(): void;
}

/** Bytes that a training step takes, of all threads together. */
export interface TrainingBytes {
  /** Everything between a batch and its gradients, at its peak. */
  readonly activations: number;
  /** Gradients of the parameters, one set a lane of the batch. */
  readonly gradients: number;
}

/** Where graphs run. Dispose it when done. */
export interface Device {
  /** What `options.device` calls it. */
  readonly name: string;
  /** Whether it has training sessions. */
  readonly trains: boolean;
  /** An array of the device's precision. */
  floats(length: number): Floats;
  /** Parameters in the device's memory. Throws OUT_OF_MEMORY. */
  buffer(values: Float32Array): DeviceBuffer;
  /**
   * Loads what the graph's ops need that is not there from the start, so that it can `runNow`: `run` loads it by itself.
   *
   * @throws CoupletError FILE_INVALID for a file of the library that does not load
   */
  prepare(graph: Graph): Promise<void>;
  /** Compiles a graph; its program is made when it first runs. */
  compile(graph: Graph): CompiledGraph;
  /** Loads what training takes, before the first {@link trainSession} or {@link planTraining}: pages that only score go without. */
  prepareTraining(): Promise<void>;
  /**
   * Begins to train the parameters of a graph that has, beside the data, an input `cotangent` and an
   * output `loss` (one number per row each).
   *
   * @throws CoupletError NOT_SUPPORTED on a device that does not train, OUT_OF_MEMORY
   */
  trainSession(graph: Graph, state: TrainState): TrainSession;
  /** What a training session of such a graph and batch takes, planned without making one. None on a device that does not train. */
  planTraining(graph: Graph, batch: number): TrainingBytes;
  /** Random words at the device's speed; undefined where it has no better way than JavaScript. */
  wordPairs(): Promise<WordPairs | undefined>;
  /**
   * A device of the same results whose graphs can `runNow`: this one, where the caller's thread reaches its memory;
   * otherwise a second one with a memory on this thread, which this device disposes.
   */
  onThisThread(): Device;
  /** What the device is made of; starts its threads. */
  report(): Promise<DeviceReport>;
  /** Frees memory and threads; later calls throw DISPOSED. */
  dispose(): void;
}
