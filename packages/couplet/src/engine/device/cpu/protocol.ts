/**
 * What host and workers say to each other. Everything is plain data; addresses are byte offsets in
 * the device's memory.
 */
import type { CoupletErrorCode } from "../../../error.ts";
import type { StepUpdates, TrainStepOptions } from "../device.ts";
import { MOST_LANES, NORM_PIECES } from "./lanes.ts";
import type { OwnLanes } from "./lanes.ts";
import type { Program } from "./program.ts";

/** First message to a worker. */
export interface Start {
  readonly type: "start";
  readonly module: WebAssembly.Module;
  /** Shared memory; undefined where it cannot be sent (a page that is not cross-origin isolated). */
  readonly memory: WebAssembly.Memory | undefined;
  readonly thread: number;
  readonly threads: number;
  readonly control: number;
  /** Scratch of our own matrix product, one region per thread. */
  readonly gemmScratch: number;
  readonly blas: boolean;
}

/** Gives the workers a file of further kernels, before the programs that call them run. */
export interface AddKernels {
  readonly type: "kernels";
  readonly module: WebAssembly.Module;
}

/** Gives a program to the workers under a number, with the addresses of its thread-private parts. */
export interface LoadProgram {
  readonly type: "load";
  readonly id: number;
  readonly program: Program;
  /** Thread t's arena is at arena + t * arenaStride. */
  readonly arena: number;
  readonly arenaStride: number;
  readonly table: number;
}

export interface UnloadProgram {
  readonly type: "unload";
  readonly id: number;
}

/** A batch on one side of a program. */
export interface Batch {
  readonly name: string;
  readonly address: number;
}

/** Runs a program over all rows, tiles dealt out as threads come free. */
export interface ForwardJob {
  readonly type: "forward";
  readonly job: number;
  readonly program: number;
  readonly parameters: number;
  readonly rows: number;
  /** Number of the first row, for random numbers. */
  readonly row0: number;
  readonly seed: readonly [number, number];
  readonly inputs: readonly Batch[];
  readonly outputs: readonly Batch[];
}

/** Runs training steps until `steps` are done, the time is up, or something stops it. */
export interface TrainJob {
  readonly type: "train";
  readonly job: number;
  readonly program: number;
  /** Threads that share the lanes: at most one a lane. */
  readonly threads: number;
  /** Whether thread 0 meets the host between gradients and update (`meet`), which has them added to those of other processes. */
  readonly meets: boolean;
  readonly state: TrainAddresses;
  readonly options: TrainStepOptions;
  /** Skipped steps in a row before this job. */
  readonly skippedInARow: number;
  /** Numbers of the first step of this job: within the whole run, and within the epoch. */
  readonly step: number;
  readonly epochStep: number;
  readonly steps: number;
  readonly seed: readonly [number, number];
  /** The job returns after about so long, so that the host can speak. */
  readonly sliceMs: number;
  /** Adds up time per instruction on thread 0. */
  readonly profile: boolean;
  readonly updates?: StepUpdates | undefined;
}

/** Regions of a training run. All float32 unless said otherwise. */
export interface TrainAddresses {
  readonly parameters: number;
  readonly parameterCount: number;
  readonly mean: number;
  readonly square: number;
  /** 0: no moving average. */
  readonly average: number;
  readonly lanes: OwnLanes;
  /** Lane l's gradients are at gradients + l * gradientStride. */
  readonly gradients: number;
  readonly gradientStride: number;
  /** The data that an objective reads: rows x columns each, by the name of the program's input. Of this process's rows alone. */
  readonly feeds: readonly { readonly name: string; readonly address: number }[];
  /** One per training row, of mean 1. 0: every row weighs 1. */
  readonly weights: number;
  /** int32, one per training row: the order of this epoch. */
  readonly order: number;
  readonly orderLength: number;
  /** int32, for each place in that order the row of the feeds; the order itself where they have all rows. */
  readonly places: number;
}

/** Runs one batch instruction by instruction and says which writes a non-finite number first. */
export interface DiagnoseJob {
  readonly type: "diagnose";
  readonly job: number;
  readonly program: number;
  readonly state: TrainAddresses;
  readonly batch: number;
  readonly epochStep: number;
  readonly seed: readonly [number, number];
  readonly step: number;
}

/** Only for memories that cannot be shared. */
export interface WriteMemory {
  readonly type: "write";
  readonly address: number;
  readonly bytes: Uint8Array;
}
export interface ReadMemory {
  readonly type: "read";
  readonly job: number;
  readonly address: number;
  readonly byteLength: number;
}
export interface GrowMemory {
  readonly type: "grow";
  readonly byteLength: number;
}

export type ToWorker =
  | Start
  | AddKernels
  | LoadProgram
  | UnloadProgram
  | ForwardJob
  | TrainJob
  | DiagnoseJob
  | WriteMemory
  | ReadMemory
  | GrowMemory;

export type FromWorker =
  | { readonly type: "ready"; readonly gemm: string; readonly blasReason: string | undefined }
  | { readonly type: "meet"; readonly job: number }
  | { readonly type: "done"; readonly job: number; readonly result: unknown }
  | {
      readonly type: "failed";
      readonly job: number;
      readonly code: CoupletErrorCode | undefined;
      readonly message: string;
    };

/** First float64 word of the control block, in bytes. */
const FIRST_FLOAT = 64;

/** The control block: int32 words, then float64 words, at fixed places. */
export const control: {
  readonly barrier: number;
  readonly abort: number;
  /** Decision of thread 0 for the step: 0 go on, 1 time is up, 2 aborted. */
  readonly verdict: number;
  readonly nextTile: number;
  /** The host's answer to `meet`: 0 not yet, 1 done, 2 failed. */
  readonly answer: number;
  /** First float64 word, in bytes; what follows counts from there, in words. */
  readonly floats: number;
  /** One of each per lane. */
  readonly losses: number;
  readonly drifts: number;
  /** Sums of squares of the gradient's pieces. */
  readonly squares: number;
  /** Loss and drift of the step: of this process's lanes, then of all. */
  readonly totals: number;
  readonly floatCount: number;
} = {
  barrier: 0,
  abort: 2,
  verdict: 3,
  nextTile: 4,
  answer: 5,
  floats: FIRST_FLOAT,
  losses: 0,
  drifts: MOST_LANES,
  squares: 2 * MOST_LANES,
  totals: 2 * MOST_LANES + NORM_PIECES,
  floatCount: 2 * MOST_LANES + NORM_PIECES + 2,
};

export const CONTROL_BYTES: number = control.floats + control.floatCount * 8;
