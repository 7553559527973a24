/**
 * Training steps on one thread of the pool: a program gives one loss per row and its gradient, whatever the
 * objective is; the loop knows rows, weights and that loss. All threads run the same loop over their own tiles and
 * meet three times a step: when gradients are ready, when their norm is known, and when the
 * parameters are new.
 */
import { learningRate } from "../learning-rate.ts";
import type { TrainResult } from "../device.ts";
import { Barrier } from "./barrier.ts";
import type { BoundProgram, Kernels } from "./executor.ts";
import { control } from "./protocol.ts";
import type { TrainAddresses, TrainJob } from "./protocol.ts";

/** What a worker has at hand. */
export interface ThreadContext {
  readonly thread: number;
  readonly threads: number;
  readonly control: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

export function trainSteps(
  context: ThreadContext,
  program: BoundProgram,
  job: TrainJob,
): TrainResult {
  return new TrainLoop(context, program, job).run();
}

/** Rows of step `epochStep`: [first, end) in the epoch's order. */
export function batchRange(
  state: TrainAddresses,
  batch: number,
  epochStep: number,
): [number, number] {
  const first = epochStep * batch;
  return [first, Math.min(state.orderLength, first + batch)];
}

class TrainLoop {
  readonly #context: ThreadContext;
  readonly #program: BoundProgram;
  readonly #job: TrainJob;
  readonly #barrier: Barrier;
  readonly #ints: Int32Array;
  readonly #sums: Float64Array;
  readonly #slice: readonly [first: number, length: number];
  readonly #feeds: readonly Feed[];
  readonly #loss: Float64Array;
  readonly #cotangent: Float64Array;
  readonly #weights: Float32Array | undefined;
  readonly #order: Int32Array;
  readonly #sentinel: Sentinel | undefined;
  readonly #times: Float64Array | undefined;

  constructor(context: ThreadContext, program: BoundProgram, job: TrainJob) {
    this.#context = context;
    this.#program = program;
    this.#job = job;
    const { buffer } = context.memory;
    const { state } = job;
    this.#ints = new Int32Array(buffer, context.control, control.floats / 4);
    this.#sums = new Float64Array(
      buffer,
      context.control + control.floats,
      context.threads * control.floatsPerThread,
    );
    this.#barrier = new Barrier(this.#ints, control.barrier, context.threads);
    this.#slice = sliceOf(program.program.parameterCount, context.thread, context.threads);
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
      lastNorm = Math.sqrt(totals.squaredNorm);
      drift = Math.max(drift, totals.drift);
      const finite = Number.isFinite(totals.loss) && Number.isFinite(lastNorm);
      if (finite) {
        this.#update(job.step + steps, lastNorm);
        loss += totals.loss;
        weight += totals.weight;
        skippedInARow = 0;
      } else {
        this.#forget();
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

  /** Forward and backward over this thread's tiles, then the sum over all threads. */
  #gradients(done: number, started: number) {
    const { thread, threads, kernels } = this.#context;
    const { state, options, epochStep, seed, sliceMs } = this.#job;
    const [first, end] = batchRange(state, options.batch, epochStep + done);
    // Weights have mean 1 over the training rows, so this is a constant of the fit (but for the last batch's rows):
    // a batch divided by its own weight would pull light rows up.
    const batchRows = end - first;
    const { tile } = this.#program.program;
    let loss = 0;
    let drift = 0;
    for (let from = first + thread * tile; from < end; from += threads * tile) {
      const rows = Math.min(tile, end - from);
      for (const feed of this.#feeds) {
        kernels["gatherRows"]!(feed.from, feed.cols, state.order + from * 4, rows, feed.to);
      }
      for (let r = 0; r < rows; r++) this.#cotangent[r] = this.#rowWeight(from + r) / batchRows;
      this.#program.setTile({
        rows,
        row0: from - first,
        seedLow: seed[0],
        seedHigh: seed[1],
        step: this.#job.step + done,
        training: 1,
      });
      if (this.#times === undefined) this.#program.run();
      else this.#program.runTimed(this.#times);
      for (let r = 0; r < rows; r++) loss += this.#rowWeight(from + r) * this.#loss[r]!;
      if (this.#sentinel !== undefined) drift = Math.max(drift, sentinelDrift(this.#sentinel));
    }
    const sums = this.#sums;
    const mine = thread * control.floatsPerThread;
    sums[mine] = loss;
    sums[mine + 3] = drift;
    this.#barrier.wait();
    const [offset, length] = this.#slice;
    sums[mine + 2] = (kernels["reduceGradients"] as unknown as (...args: number[]) => number)(
      state.gradients,
      state.gradientStride,
      threads,
      thread,
      offset * 4,
      length,
    );
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
    const totals = {
      loss: 0,
      weight: this.#weightOf(first, end),
      squaredNorm: 0,
      drift: 0,
      verdict: Atomics.load(this.#ints, control.verdict),
    };
    for (let t = 0; t < threads; t++) {
      const at = t * control.floatsPerThread;
      totals.loss += sums[at]!;
      totals.squaredNorm += sums[at + 2]!;
      totals.drift = Math.max(totals.drift, sums[at + 3]!);
    }
    return totals;
  }

  /** Adam on this thread's slice, cut where weight decay begins and ends. */
  #update(step: number, norm: number): void {
    const { kernels, thread } = this.#context;
    const { state, options } = this.#job;
    const [first, length] = this.#slice;
    const gradients = state.gradients + thread * state.gradientStride;
    const clip = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1;
    const rate = learningRate(step, options);
    const correction1 = 1 - options.beta1 ** (step + 1);
    const correction2 = 1 - options.beta2 ** (step + 1);
    for (const [start, end, decays] of decaySegments(first, first + length, options.decayRanges)) {
      const at = start * 4;
      kernels["adam"]!(
        state.parameters + at,
        gradients + at,
        state.mean + at,
        state.square + at,
        end - start,
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
    // The others have read the rest of this thread's buffer; its own slice was zeroed by adam.
    const end = first + length;
    kernels["zeroFloats"]!(gradients, first);
    kernels["zeroFloats"]!(gradients + end * 4, state.gradientStride / 4 - end);
    if (state.average !== 0) {
      // Early steps average over what there is: the bias correction of Kingma & Ba, as a rate.
      const keep = Math.min(options.averageDecay, (step + 1) / (step + 10));
      kernels["movingAverage"]!(
        state.average + first * 4,
        state.parameters + first * 4,
        length,
        keep,
      );
    }
  }

  #forget(): void {
    const { kernels, thread } = this.#context;
    const { gradients, gradientStride } = this.#job.state;
    kernels["zeroFloats"]!(gradients + thread * gradientStride, gradientStride / 4);
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

interface Feed {
  readonly from: number;
  readonly to: number;
  readonly cols: number;
}

/** Where each feed of a tile is read from and written to. */
export function feedsOf(program: BoundProgram, state: TrainAddresses): Feed[] {
  const sources = new Map(state.feeds.map(({ name, address }) => [name, address]));
  return program.program.inputs.flatMap(({ name, offset, cols }) => {
    const from = sources.get(name);
    return from === undefined || cols === 0
      ? []
      : [{ from, to: program.bases.arena + offset, cols }];
  });
}

export function portAddress(
  program: BoundProgram,
  side: "inputs" | "outputs",
  name: string,
): number {
  const port = program.program[side].find((p) => p.name === name);
  return port === undefined ? 0 : program.bases.arena + port.offset;
}

/** Thread t's part of the flat buffer, in multiples of 16 floats. */
function sliceOf(count: number, thread: number, threads: number): readonly [number, number] {
  const per = Math.ceil(count / threads / 16) * 16;
  const first = Math.min(count, thread * per);
  return [first, Math.min(per, count - first)];
}

/** [start, end, decays] segments that cover [first, end). */
function decaySegments(
  first: number,
  end: number,
  ranges: readonly (readonly [number, number])[],
): [number, number, boolean][] {
  const segments: [number, number, boolean][] = [];
  let at = first;
  for (const [from, to] of ranges) {
    const start = Math.max(at, from);
    const stop = Math.min(end, to);
    if (start >= stop) continue;
    if (at < start) segments.push([at, start, false]);
    segments.push([start, stop, true]);
    at = stop;
  }
  if (at < end) segments.push([at, end, false]);
  return segments;
}

interface Sentinel {
  readonly original: Float32Array;
  readonly rebuilt: Float32Array;
}

/** In reversible mode the program gives the rebuilt input back; the first row of a tile is watched. */
function sentinelOf(program: BoundProgram, buffer: ArrayBufferLike): Sentinel | undefined {
  const cols = program.program.outputs.find((p) => p.name === "sentinel")?.cols;
  if (cols === undefined) return undefined;
  return {
    original: new Float32Array(buffer, portAddress(program, "outputs", "original"), cols),
    rebuilt: new Float32Array(buffer, portAddress(program, "outputs", "sentinel"), cols),
  };
}

function sentinelDrift({ original, rebuilt }: Sentinel): number {
  let worst = 0;
  for (let j = 0; j < original.length; j++)
    worst = Math.max(worst, Math.abs(original[j]! - rebuilt[j]!));
  return worst;
}
