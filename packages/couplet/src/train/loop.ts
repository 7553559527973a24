/** Trains a task: epochs of steps, validation, early stopping, checkpoints. Knows no objective. */
import { otherMachine, writeCheckpoint } from "./checkpoint.ts";
import type { Checkpoint, Machine } from "./checkpoint.ts";
import { diverged } from "./diverged.ts";
import { driftExceeded, driftWarning, keepStateEvery } from "./drift.ts";
import type { PlannedMemory, TrainEvent } from "./events.ts";
import type { TrainOptions } from "./options.ts";
import type { TrainSettings } from "./settings.ts";
import { Pace } from "./pace.ts";
import type { Beside } from "./pace.ts";
import { addSteps, atTheStart, closeEpoch, epochEvent, progressEvent } from "./progress.ts";
import type { Progress, ProgressSource } from "./progress.ts";
import { plannedMemory, withSizes } from "./planned-memory.ts";
import { CheckpointSaver } from "./checkpoint-saver.ts";
import { COMPARE_STEPS, compareWithFirst } from "./reducer.ts";
import type { Feeds, Task } from "./task.ts";
import { advance, stepDriver } from "./step-driver.ts";
import { joint } from "./strategies/joint.ts";
import type { StrategyRun } from "./strategy.ts";
import { Trainer } from "./trainer.ts";
import { clippedChange } from "./compare-losses.ts";
import { meanLoss, rowLosses } from "./validation-loss.ts";

/** A checkpoint to go on from, and what the next ones have to agree with. */
export interface LoopState {
  /** See `fingerprint`; empty when no checkpoint is written or read. */
  readonly fingerprint: string;
  readonly saved: Checkpoint | undefined;
}

/** Options that a loop heeds itself. */
export type LoopOptions = Pick<
  TrainOptions,
  "signal" | "stop" | "maxMinutes" | "checkpoint" | "reducer" | "strategy"
>;

/** Why a run ended. */
export type EndReason = Extract<TrainEvent, { readonly type: "end" }>["reason"];

/** What a run is told between steps; its place in the list is what processes tell each other. */
const earlyEnds = [undefined, "stopped", "time", "aborted"] as const;
type EarlyEnd = (typeof earlyEnds)[number];

/** One run of a task; {@link epochs} drives it. */
export class TrainingLoop {
  readonly #task: Task;
  readonly #settings: TrainSettings;
  readonly #options: LoopOptions;
  readonly #fingerprint: string;
  /** What a resumed checkpoint was made with. */
  readonly #resumedFrom: Machine | undefined;
  #machine: Machine | undefined;
  readonly #held: Feeds;
  #trainer: Trainer;
  readonly #strategy: StrategyRun;
  #progress: Progress;
  #best: Float32Array<ArrayBuffer>;
  /** Held-out losses under `#best`; made when first compared. */
  #bestLosses: Float64Array | undefined;
  readonly #checkpoints: CheckpointSaver;
  #stepsSinceCompared = 0;
  readonly #pace = new Pace();
  readonly #started = performance.now();

  /** The caller has to {@link dispose} it. */
  constructor(
    task: Task,
    settings: TrainSettings,
    options: LoopOptions,
    { fingerprint, saved }: LoopState,
  ) {
    this.#task = task;
    this.#settings = settings;
    this.#options = options;
    this.#checkpoints = new CheckpointSaver(this.#options.checkpoint);
    this.#fingerprint = fingerprint;
    this.#held = task.validation.feeds();
    this.#progress = saved?.progress ?? atTheStart();
    this.#best = saved?.best ?? task.trainee.parameters;
    this.#resumedFrom = saved?.machine;
    this.#trainer = this.#makeTrainer();
    if (saved !== undefined) this.#trainer.restore(saved.tensors);
    const { strategy = joint } = options;
    this.#strategy = strategy.begin(
      stepDriver(task.trainee, settings, () => this.#trainer),
      saved?.strategy,
    );
  }

  /** Where the run stands; `elapsedMs` includes what came before a checkpoint. */
  get progress(): Progress {
    return { ...this.#progress, elapsedMs: this.#elapsed() };
  }

  /** The parameters of the best epoch so far. */
  get best(): Float32Array<ArrayBuffer> {
    return this.#best;
  }

  /** What a step takes, in either mode. */
  get plannedMemory(): PlannedMemory {
    return plannedMemory(this.#task, this.#settings, this.#trainer.planned);
  }

  /** Validates the parameters before the first step, unless a checkpoint has. */
  async validateStart(): Promise<void> {
    if (this.#progress.best.validationLoss !== Infinity) return;
    this.#bestLosses = await this.#timed("validation", async () =>
      this.#validate(await this.#trainer.candidate()),
    );
    this.#progress.best = { epoch: 0, validationLoss: this.#mean(this.#bestLosses) };
  }

  /** Says that a resumed run cannot end with the same bits; `undefined` when it can. */
  async resumeWarning(): Promise<string | undefined> {
    const before = this.#resumedFrom;
    return before === undefined ? undefined : otherMachine(before, await this.#machineNow());
  }

  /** Share of the steps that are done; of the time, where `maxMinutes` ends first. */
  get fraction(): number {
    const { epoch, step } = this.#progress;
    const { stepsPerEpoch, totalSteps } = this.#trainer;
    const { maxMinutes = Infinity } = this.#options;
    const time = (performance.now() - this.#started) / (60_000 * maxMinutes);
    return Math.min(1, Math.max((epoch * stepsPerEpoch + step) / totalSteps, time));
  }

  /** Trains until the last epoch, until the patience is over, or until it is told to stop. */
  async *epochs(): AsyncGenerator<TrainEvent, EndReason, void> {
    const { signal } = this.#options;
    const abort = () => this.#trainer.requestAbort(true);
    signal?.addEventListener("abort", abort, { once: true });
    // The signal may have come while the run was made.
    if (signal?.aborted === true) abort();
    try {
      const { epochs, patience } = this.#settings;
      const progress = this.#progress;
      while (progress.epoch < epochs && progress.epoch - progress.best.epoch < patience) {
        const early = await this.#early();
        if (early === "aborted" && this.#options.reducer !== undefined) {
          yield* this.#maybeCheckpoint(true);
          throw this.#abortReason();
        }
        // A signal alone is heard after a step.
        if (early !== undefined && early !== "aborted") {
          yield* this.#leaveEarly();
          return early;
        }
        yield* this.#oneEpoch();
      }
      return progress.epoch < epochs ? "patience" : "epochs";
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#trainer.requestAbort(false);
    }
  }

  /** Losses of the held-out rows under the parameters that the trainee has, in the objective's own units. */
  heldOutLosses(): Promise<Float64Array> {
    return rowLosses(this.#task, this.#held, this.#options.signal);
  }

  /** Losses of the held-out rows under the best parameters. */
  async bestLosses(): Promise<Float64Array> {
    return (this.#bestLosses ??= await this.#validate(this.#best));
  }

  /** Frees what a step needs; the trainee stays. */
  dispose(): void {
    this.#trainer.dispose();
  }

  async #machineNow(): Promise<Machine> {
    if (this.#machine === undefined) {
      const { simd, gemm } = await this.#task.trainee.runner.device.report();
      this.#machine = { simd, gemm };
    }
    return this.#machine;
  }

  async *#oneEpoch(): AsyncGenerator<TrainEvent, void, void> {
    const progress = this.#progress;
    await this.#prepareEpoch();
    while (progress.step < this.#trainer.stepsPerEpoch) {
      const result = await advance(this.#strategy, progress, this.#trainer.stepsPerEpoch);
      addSteps(progress, result);
      this.#mark();
      if (result.failure !== undefined) {
        yield* this.#maybeCheckpoint(true);
        throw result.failure;
      }
      await this.#compareParameters(result.steps);
      if (result.stopped === "diverged") {
        if (!this.#driftExceeded())
          throw await diverged(this.#trainer, progress, this.#options.reducer);
        // Rebuilding may be to blame: once more from here, with denser states.
        progress.skippedInARow = 0;
        yield* this.#keepMoreStates();
      }
      if (result.skipped > 0) {
        yield {
          type: "warning",
          message: `${result.skipped} steps without a finite gradient were skipped in epoch ${progress.epoch + 1}`,
        };
      }
      const early = await this.#early();
      yield* this.#maybeCheckpoint(early === "aborted");
      if (early === "aborted") throw this.#abortReason();
      if (progress.step < this.#trainer.stepsPerEpoch && early !== undefined) return;
      if (progress.step < this.#trainer.stepsPerEpoch) yield progressEvent(this.#source);
    }
    // At the end of an epoch, not of a slice of time: a run is the same however it was cut.
    if (this.#driftExceeded()) yield* this.#keepMoreStates();
    progress.drift = 0;
    yield* this.#closeEpoch();
  }

  /** Why the training has to end now, if it has; with other processes rank 0 says so for all. */
  async #early(): Promise<EarlyEnd> {
    const { signal, stop, maxMinutes = Infinity, reducer } = this.#options;
    const late = performance.now() - this.#started > 60_000 * maxMinutes;
    const own: EarlyEnd = signal?.aborted
      ? "aborted"
      : stop?.aborted
        ? "stopped"
        : late
          ? "time"
          : undefined;
    return reducer === undefined ? own : earlyEnds[await reducer.broadcast(earlyEnds.indexOf(own))];
  }

  #abortReason(): unknown {
    const { signal, reducer } = this.#options;
    return signal?.aborted === true || reducer === undefined
      ? signal?.reason
      : new DOMException("rank 0 aborted the training", "AbortError");
  }

  /** Every so many steps: whether all processes still have the same parameters. */
  async #compareParameters(steps: number): Promise<void> {
    const { reducer } = this.#options;
    if (reducer === undefined) return;
    this.#stepsSinceCompared += steps;
    if (this.#stepsSinceCompared < COMPARE_STEPS) return;
    this.#stepsSinceCompared = 0;
    const { parameters } = await this.#trainer.snapshot();
    await compareWithFirst(reducer, "fit", { parameters: new Uint8Array(parameters!.buffer) });
  }

  /**
   * Saves where the run stands, then takes the parameters as they are if they are better than those of the last epochs. The
   * checkpoint does not know of that: a resumed run is the one that nobody stopped.
   */
  async *#leaveEarly(): AsyncGenerator<TrainEvent, void, void> {
    yield* this.#maybeCheckpoint(true);
    const { step, epoch } = this.#progress;
    if (step === 0) return;
    const candidate = await this.#trainer.candidate();
    const losses = await this.#validate(candidate);
    if (!(await this.#isBetter(losses))) return;
    const validationLoss = this.#mean(losses);
    const part = Math.round((100 * step) / this.#trainer.stepsPerEpoch) / 100;
    this.#progress.best = { epoch: epoch + part, validationLoss };
    this.#best = candidate;
  }

  async #prepareEpoch(): Promise<void> {
    await this.#timed("rows", () => this.#trainer.prepare(this.#progress.epoch));
  }

  /** Does what an epoch does beside its steps, and notes how long it took. */
  async #timed<T>(what: Beside, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.#pace.beside(what, performance.now() - start);
    return result;
  }

  async *#closeEpoch(): AsyncGenerator<TrainEvent, void, void> {
    const candidate = await this.#trainer.candidate();
    let losses: Float64Array;
    let better: boolean;
    try {
      losses = await this.#timed("validation", () => this.#validate(candidate));
      better = await this.#isBetter(losses);
    } catch (error) {
      // Aborted between the last step and the end of the epoch: resuming validates first.
      if (this.#options.signal?.aborted === true) yield* this.#maybeCheckpoint(true);
      throw error;
    }
    closeEpoch(this.#progress, this.#mean(losses), this.#task.lossOffset, better);
    if (better) [this.#best, this.#bestLosses] = [candidate, losses];
    this.#mark();
    yield epochEvent(this.#source);
  }

  get #source(): ProgressSource {
    const [progress, settings, trainer] = [this.#progress, this.#settings, this.#trainer];
    const { maxMinutes = Infinity } = this.#options;
    const allowedMs = Math.max(0, 60_000 * maxMinutes - (performance.now() - this.#started));
    const elapsedMs = this.#elapsed();
    return { progress, settings, trainer, pace: this.#pace, elapsedMs, allowedMs };
  }

  #mark(): void {
    const { epoch, step } = this.#progress;
    this.#pace.mark(epoch * this.#trainer.stepsPerEpoch + step, performance.now());
  }

  #elapsed(): number {
    return this.#progress.elapsedMs + performance.now() - this.#started;
  }

  /** Held-out losses under other parameters than those in training, or under these. */
  async #validate(parameters: Float32Array<ArrayBuffer>): Promise<Float64Array> {
    // The trainee's own buffer is being trained; with an average the candidate is another one.
    const trained = await this.#trainer.snapshot();
    const others = parameters === this.#best || trained["average"] !== undefined;
    if (others) this.#task.trainee.setParameters(parameters);
    try {
      return await this.heldOutLosses();
    } finally {
      if (others) this.#trainer.restore(trained);
    }
  }

  /** A resumed run has the best parameters of its checkpoint, and computes their losses again. */
  async #isBetter(losses: Float64Array): Promise<boolean> {
    this.#bestLosses ??= await this.#validate(this.#best);
    return clippedChange(losses, this.#bestLosses, this.#task.validation.weights) < 0;
  }

  #mean(losses: Float64Array): number {
    return meanLoss(losses, this.#task.validation.weights, this.#task.lossOffset);
  }

  #driftExceeded(): boolean {
    return driftExceeded(this.#settings, this.#progress);
  }

  async *#keepMoreStates(): AsyncGenerator<TrainEvent, void, void> {
    const state = await this.#trainer.snapshot();
    this.#progress.timesDriftExceeded++;
    this.#trainer.dispose();
    this.#trainer = this.#makeTrainer();
    this.#trainer.restore(state);
    await this.#prepareEpoch();
    yield { type: "warning", message: driftWarning(this.#settings, this.#progress) };
    // What drifted before has been answered.
    this.#progress.drift = 0;
  }

  #makeTrainer(): Trainer {
    const every = keepStateEvery(this.#progress.timesDriftExceeded);
    try {
      return new Trainer(this.#task, this.#settings, every, this.#options.reducer);
    } catch (error) {
      throw withSizes(error, this.#task, this.#settings);
    }
  }

  async *#maybeCheckpoint(now: boolean): AsyncGenerator<TrainEvent, void, void> {
    const warning = await this.#checkpoints.save(now, async () =>
      writeCheckpoint({
        fingerprint: this.#fingerprint,
        machine: await this.#machineNow(),
        progress: this.progress,
        tensors: await this.#trainer.snapshot(),
        best: this.#best,
        strategy: this.#strategy.snapshot(),
      }),
    );
    if (warning !== undefined) yield warning;
  }
}
