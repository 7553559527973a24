/**
 * Training steps on one thread of the pool: a program gives one loss per row and its gradient, whatever the
 * objective is; the loop knows rows, weights and that loss. All threads run the same loop over the tiles of their own
 * lanes and meet three times a step: when gradients are ready, when their norm is known, and when the
 * parameters are new. Whatever is summed is summed in an order that threads have no part in.
 */
import { learningRate } from "../learning-rate.ts";
import type { TrainResult } from "../device.ts";
import { Barrier } from "./barrier.ts";
import type { BoundProgram, Kernels } from "./executor.ts";
import { zeroRanges } from "./first-write.ts";
import { sentinelDrift, sentinelOf } from "./drift-sentinel.ts";
import type { Sentinel } from "./drift-sentinel.ts";
import { pieceLength, shareOf, treeSum } from "./lanes.ts";
import { decaySegments, within } from "./parameter-ranges.ts";
import { control } from "./protocol.ts";
import type { TrainJob } from "./protocol.ts";
import { batchRange, feedsOf, portAddress, rangeOfLanes } from "./train-feeds.ts";
import type { Feed } from "./train-feeds.ts";

/** What a worker has at hand. */
export interface ThreadContext {
  readonly thread: number;
  readonly control: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  /** Asks the host to have this process's sums added to those of the others; `control.answer` tells when it has. */
  meet(): void;
}

/** The lanes of a thread, from `first` on, and the program bound to the gradient of each. */
export interface ThreadLanes {
  readonly first: number;
  readonly programs: readonly BoundProgram[];
}

export function trainSteps(context: ThreadContext, lanes: ThreadLanes, job: TrainJob): TrainResult {
  return new TrainLoop(context, lanes, job).run();
}

class TrainLoop {
  readonly #context: ThreadContext;
  readonly #lanes: ThreadLanes;
  /** Any of the thread's programs: they differ in the address of the gradient alone. */
  readonly #program: BoundProgram;
  readonly #job: TrainJob;
  readonly #barrier: Barrier;
  readonly #ints: Int32Array;
  readonly #sums: Float64Array;
  /** This thread's part of the gradient: [first, end) in pieces. */
  readonly #pieces: readonly [first: number, end: number];
  readonly #pieceLength: number;
  readonly #pieceCount: number;
  readonly #zeroRanges: readonly (readonly [number, number])[];
  readonly #feeds: readonly Feed[];
  readonly #loss: Float64Array;
  readonly #cotangent: Float64Array;
  readonly #weights: Float32Array | undefined;
  readonly #order: Int32Array;
  readonly #sentinel: Sentinel | undefined;
  readonly #times: Float64Array | undefined;

  constructor(context: ThreadContext, lanes: ThreadLanes, job: TrainJob) {
    const program = lanes.programs[0]!;
    this.#context = context;
    this.#lanes = lanes;
    this.#program = program;
    this.#job = job;
    const { buffer } = context.memory;
    const { state } = job;
    this.#ints = new Int32Array(buffer, context.control, control.floats / 4);
    this.#sums = new Float64Array(buffer, context.control + control.floats, control.floatCount);
    this.#barrier = new Barrier(this.#ints, control.barrier, job.threads);
    this.#pieceLength = pieceLength(program.program.parameterCount);
    this.#pieceCount = Math.ceil(program.program.parameterCount / this.#pieceLength);
    this.#pieces = shareOf(this.#pieceCount, context.thread, job.threads);
    this.#zeroRanges = zeroRanges(program.program, state.gradientStride / 4);
    this.#feeds = feedsOf(program, state);
    const tile = program.program.tile;
    this.#loss = new Float64Array(buffer, portAddress(program, "outputs", "loss"), tile);
    this.#cotangent = new Float64Array(buffer, portAddress(program, "inputs", "cotangent"), tile);
    this.#weights = state.weights === 0 ? undefined : new Float32Array(buffer, state.weights);
    this.#order = new Int32Array(buffer, state.order, state.orderLength);
    this.#sentinel = sentinelOf(program, buffer);
    this.#times =
      job.profile && context.thread === 0
        ? new Float64Array(program.program.instructions.length)
        : undefined;
  }

  run(): TrainResult {
    const { job } = this;
    const { options } = job;
    const started = performance.now();
    let { skippedInARow } = job;
    let skipped = 0;
    let loss = 0;
    let weight = 0;
    let lastNorm = 0;
    let drift = 0;
    let steps = 0;
    let stopped: TrainResult["stopped"] = "steps";
    while (steps < job.steps) {
      const totals = this.#gradients(steps, started);
      if (totals === undefined) {
        stopped = "abandoned";
        break;
      }
      lastNorm = Math.sqrt(totals.squaredNorm);
      drift = Math.max(drift, totals.drift);
      const finite = Number.isFinite(totals.loss) && Number.isFinite(lastNorm);
      if (finite) {
        if (job.updates?.ranges.length !== 0) this.#update(steps, lastNorm);
        loss += totals.loss;
        weight += totals.weight;
        skippedInARow = 0;
      } else {
        skipped++;
        skippedInARow++;
      }
      steps++;
      this.#barrier.wait();
      if (skippedInARow >= options.mostSkipped) stopped = "diverged";
      else if (totals.verdict === 2) stopped = "aborted";
      else if (totals.verdict === 1 && steps < job.steps) stopped = "time";
      if (stopped !== "steps") break;
    }
    const times = this.#times === undefined ? undefined : [...this.#times];
    return { steps, loss, weight, skipped, skippedInARow, lastNorm, stopped, drift, times };
  }

  private get job(): TrainJob {
    return this.#job;
  }

  /** Forward and backward over this thread's lanes, then the sum over all of them. */
  #gradients(done: number, started: number) {
    const { thread } = this.#context;
    const { state, options, epochStep, sliceMs } = this.#job;
    const [first, end] = batchRange(state, options.batch, epochStep + done);
    const sums = this.#sums;
    for (let i = 0; i < this.#lanes.programs.length; i++) this.#lane(i, done, first, end);
    this.#barrier.wait();
    const into = this.#sumLane;
    this.#reduce(state.lanes.count, into);
    const { count } = state.lanes;
    if (thread === 0) {
      const verdict =
        Atomics.load(this.#ints, control.abort) !== 0
          ? 2
          : performance.now() - started > sliceMs
            ? 1
            : 0;
      Atomics.store(this.#ints, control.verdict, verdict);
    }
    this.#barrier.wait();
    if (this.#job.meets) {
      if (!this.#metOthers()) return undefined;
      // What came from the others has another norm.
      this.#reduce(1, into);
      this.#barrier.wait();
    }
    let squaredNorm = 0;
    for (let i = 0; i < this.#pieceCount; i++) squaredNorm += sums[control.squares + i]!;
    return {
      loss: this.#job.meets ? sums[control.totals]! : treeSum(sums, control.losses, count),
      weight: this.#weightOf(first, end),
      squaredNorm,
      drift: this.#job.meets ? sums[control.totals + 1]! : this.#largestDrift(),
      verdict: Atomics.load(this.#ints, control.verdict),
    };
  }

  #largestDrift(): number {
    let drift = 0;
    for (let l = 0; l < this.#job.state.lanes.count; l++)
      drift = Math.max(drift, this.#sums[control.drifts + l]!);
    return drift;
  }

  /** Thread 0 meets the host, the others wait; whether the sums are now those of all processes. */
  #metOthers(): boolean {
    const ints = this.#ints;
    if (this.#context.thread === 0) {
      const { count } = this.#job.state.lanes;
      this.#sums[control.totals] = treeSum(this.#sums, control.losses, count);
      this.#sums[control.totals + 1] = this.#largestDrift();
      Atomics.store(ints, control.answer, 0);
      this.#context.meet();
      while (Atomics.load(ints, control.answer) === 0) Atomics.wait(ints, control.answer, 0);
    }
    this.#barrier.wait();
    return Atomics.load(ints, control.answer) === 1;
  }

  /** Which lane's buffer this thread's part of the sum goes to: a cache's own, but one buffer where others read it. */
  get #sumLane(): number {
    const read = this.#job.meets || this.#job.updates !== undefined;
    return read ? 0 : this.#lanes.first;
  }

  /** Forward and backward over the tiles of this thread's lane `i`, of the batch [first, end). */
  #lane(i: number, done: number, first: number, end: number): void {
    const { kernels } = this.#context;
    const { state, seed } = this.#job;
    const program = this.#lanes.programs[i]!;
    const { tile } = program.program;
    const lane = this.#lanes.first + i;
    // Weights have mean 1 over the training rows, so this is a constant of the fit (but for the last batch's rows):
    // a batch divided by its own weight would pull light rows up.
    const batchRows = end - first;
    const { lanes } = state;
    const [start, laneEnd] = rangeOfLanes([first, end], lanes.rows, lanes.first + lane, 1);
    this.#clear(i, start < laneEnd);
    let loss = 0;
    let drift = 0;
    for (let from = start; from < laneEnd; from += tile) {
      const rows = Math.min(tile, laneEnd - from);
      for (const feed of this.#feeds) {
        kernels["gatherRows"]!(feed.from, feed.cols, state.places + from * 4, rows, feed.to);
      }
      for (let r = 0; r < rows; r++) this.#cotangent[r] = this.#rowWeight(from + r) / batchRows;
      program.setTile({
        rows,
        row0: from - first,
        seedLow: seed[0],
        seedHigh: seed[1],
        step: this.#job.step + done,
        training: 1,
        first: from === start ? 1 : 0,
      });
      if (this.#times === undefined) program.run();
      else program.runTimed(this.#times);
      for (let r = 0; r < rows; r++) loss += this.#rowWeight(from + r) * this.#loss[r]!;
      if (this.#sentinel !== undefined) drift = Math.max(drift, sentinelDrift(this.#sentinel));
    }
    this.#sums[control.losses + lane] = loss;
    this.#sums[control.drifts + lane] = drift;
  }

  /** Adds the gradients of `count` lanes, on this thread's pieces, into that of lane `into`, with their squares. */
  #reduce(count: number, into: number): void {
    const { kernels } = this.#context;
    const { gradients, gradientStride } = this.#job.state;
    const reduce = kernels["reduceGradients"] as unknown as (...args: number[]) => number;
    for (let piece = this.#pieces[0]; piece < this.#pieces[1]; piece++) {
      let squares = 0;
      for (const [start, end] of this.#reduced(...this.#floatsOf(piece, piece + 1)))
        squares += reduce(gradients, gradientStride, count, into, start * 4, end - start);
      this.#sums[control.squares + piece] = squares;
    }
  }

  /** The parts of [start, end) whose gradients count. */
  #reduced(start: number, end: number): readonly (readonly [number, number])[] {
    const ranges = this.#job.updates?.ranges ?? [];
    return ranges.length === 0 ? [[start, end]] : within(start, end, ranges);
  }

  /** [start, end) in floats of the pieces [first, end). */
  #floatsOf(first: number, end: number): readonly [number, number] {
    const count = this.#program.program.parameterCount;
    return [Math.min(count, first * this.#pieceLength), Math.min(count, end * this.#pieceLength)];
  }

  /** Adam on this thread's pieces, cut where weight decay begins and ends. */
  #update(done: number, norm: number): void {
    const { kernels } = this.#context;
    const { state, options, updates } = this.#job;
    const step = this.#job.step + done;
    const count = updates === undefined ? step + 1 : updates.earlier + done + 1;
    const [first, end] = this.#floatsOf(...this.#pieces);
    const gradients = state.gradients + this.#sumLane * state.gradientStride;
    const clip = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1;
    const rate = learningRate(step, options);
    // Without a second moment none is corrected, and (1 - beta1) sum of beta1^k g is made the sum that momentum is.
    const hasSquares = options.beta2 < 1;
    const correction1 = 1 - options.beta1 ** (hasSquares ? count : 1);
    const correction2 = hasSquares ? 1 - options.beta2 ** count : 1;
    const segments = this.#reduced(first, end).flatMap(([from, to]) =>
      decaySegments(from, to, options.decayRanges),
    );
    for (const [start, stop, decays] of segments) {
      const at = start * 4;
      kernels["adam"]!(
        state.parameters + at,
        gradients + at,
        state.mean + at,
        state.square + at,
        stop - start,
        rate,
        decays ? options.decay : 0,
        clip,
        options.beta1,
        options.beta2,
        correction1,
        correction2,
        options.epsilon,
      );
    }
    if (state.average !== 0) {
      // Early steps average over what there is: the bias correction of Kingma & Ba, as a rate.
      const keep = Math.min(options.averageDecay, (step + 1) / (step + 10));
      kernels["movingAverage"]!(
        state.average + first * 4,
        state.parameters + first * 4,
        end - first,
        keep,
      );
    }
  }

  /** Zeroes the gradient of this thread's lane `i`: all of it, or what no tile overwrites. */
  #clear(i: number, hasRows: boolean): void {
    const { gradientStride } = this.#job.state;
    const at = this.#gradientOf(i);
    const zero = this.#context.kernels["zeroFloats"]!;
    if (!hasRows) zero(at, gradientStride / 4);
    else for (const [start, end] of this.#zeroRanges) zero(at + start * 4, end - start);
  }

  /** Address of the gradient of this thread's lane `i`. */
  #gradientOf(i: number): number {
    const { gradients, gradientStride } = this.#job.state;
    return gradients + (this.#lanes.first + i) * gradientStride;
  }

  #rowWeight(position: number): number {
    return this.#weights === undefined ? 1 : this.#weights[this.#order[position]!]!;
  }

  #weightOf(first: number, end: number): number {
    if (this.#weights === undefined) return end - first;
    let sum = 0;
    for (let i = first; i < end; i++) sum += this.#rowWeight(i);
    return sum;
  }
}
