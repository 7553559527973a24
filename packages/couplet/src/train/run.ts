/** One training run: epochs of steps, validation, early stopping, checkpoints. */
import { throwIfAborted } from "../abort.ts";
import { hasLightTails } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet } from "../flow/model/preprocess.ts";
import type { CpuRunner } from "../flow/model/runner.ts";
import { putBestParameters } from "./best-parameters.ts";
import { otherMachine, writeCheckpoint } from "./checkpoint.ts";
import type { Machine } from "./checkpoint.ts";
import type { SplitData } from "./data.ts";
import { columnWarnings, tailWarnings } from "./data-warnings.ts";
import { diverged } from "./diverged.ts";
import { checkpointEvery, driftWarning, strays } from "./drift.ts";
import { renewRows } from "./epoch-rows.ts";
import type { TrainEvent } from "./events.ts";
import { gaussianLoss } from "./gaussian-loss.ts";
import { heldOutLoss } from "./held-out-loss.ts";
import type { TrainSettings } from "./options.ts";
import { prepareRun } from "./prepare-run.ts";
import type { PreparedRun, RunOptions } from "./prepare-run.ts";
import { addSteps, atTheStart, closeEpoch, epochEvent, progressEvent } from "./progress.ts";
import type { Progress, Teller } from "./progress.ts";
import { Trainer } from "./trainer.ts";
import { trainingCard } from "./training-card.ts";

/** One run; `events` drives it. */
export class TrainingRun {
  readonly model: FlowModel;
  readonly #data: SplitData;
  readonly #settings: TrainSettings;
  readonly #options: RunOptions;
  readonly #fingerprint: string;
  /** What a resumed checkpoint was made with. */
  readonly #resumedFrom: Machine | undefined;
  #machine: Machine | undefined;
  /** The parameters of the identity. */
  readonly #untrained: Float32Array<ArrayBuffer>;
  #trainer: Trainer;
  #progress: Progress;
  #best: Float32Array<ArrayBuffer>;
  #lastCheckpoint = performance.now();
  readonly #started = performance.now();

  /** Checks everything and makes the model; the caller has to {@link end} the run. */
  static async begin(...args: Parameters<typeof prepareRun>): Promise<TrainingRun> {
    const prepared = await prepareRun(...args);
    try {
      return new TrainingRun(prepared);
    } catch (error) {
      // What a step needs did not fit into memory.
      prepared.model.dispose();
      throw error;
    }
  }

  private constructor(prepared: PreparedRun) {
    const { saved } = prepared;
    this.model = prepared.model;
    this.#data = prepared.data;
    this.#settings = prepared.settings;
    this.#options = prepared.options;
    this.#fingerprint = prepared.fingerprint;
    this.#untrained = prepared.untrained;
    this.#progress = saved?.progress ?? atTheStart();
    this.#best = saved?.best ?? this.model.parameters;
    this.#resumedFrom = saved?.machine;
    this.#trainer = this.#makeTrainer();
    if (saved !== undefined) this.#trainer.restore(saved.tensors);
  }

  async *events(): AsyncGenerator<TrainEvent, void, void> {
    const { signal } = this.#options;
    const abort = () => this.#device.requestAbort(true);
    signal?.addEventListener("abort", abort, { once: true });
    // The signal may have come while the run was made.
    if (signal?.aborted === true) abort();
    try {
      yield* this.#epochs();
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#device.requestAbort(false);
    }
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#trainer.dispose();
    if (!finished) this.model.dispose();
  }

  get #device() {
    return (this.model.runner as CpuRunner).device;
  }

  async *#epochs(): AsyncGenerator<TrainEvent, void, void> {
    const { epochs, patience, batch } = this.#settings;
    const progress = this.#progress;
    const reference = gaussianLoss(this.#data);
    if (progress.best.validationLoss === Infinity) {
      progress.best = {
        epoch: 0,
        validationLoss: await this.#validate(await this.#trainer.candidate()),
      };
    }
    yield {
      type: "start",
      trainingRows: this.#data.training.rows.rows,
      validationRows: this.#data.validation.rows.rows,
      epochs,
      batch,
      parameters: this.model.parameterCount,
      validationLoss: progress.best.validationLoss,
      gaussianLoss: reference,
    };
    for (const message of await this.#warnings()) yield { type: "warning", message };
    while (progress.epoch < epochs && progress.epoch - progress.best.epoch < patience) {
      yield* this.#oneEpoch();
    }
    const message = await this.#chooseBest(reference);
    if (message !== undefined) yield { type: "warning", message };
    this.#finishCard(reference);
    yield {
      type: "end",
      reason: progress.epoch < epochs ? "patience" : "epochs",
      best: this.#progress.best,
      gaussianLoss: reference,
      elapsedMs: this.#elapsed(),
    };
  }

  /** Puts the best parameters in; a warning where training was in vain. */
  async #chooseBest(reference: number): Promise<string | undefined> {
    const { untrainedLoss, warning } = await putBestParameters(
      this.model,
      this.#data,
      {
        best: this.#best,
        bestLoss: this.#progress.best.validationLoss,
        untrained: this.#untrained,
        gaussianLoss: reference,
      },
      this.#options.signal,
    );
    if (untrainedLoss !== undefined)
      this.#progress.best = { epoch: 0, validationLoss: untrainedLoss };
    return warning;
  }

  /** Columns that cannot be learned or have heavy tails, and a resumption that cannot be exact. */
  async #warnings(): Promise<string[]> {
    const { rows } = this.#data.training;
    const warnings = columnWarnings(rows, this.#options.columns);
    // Who standardises columns himself, as the encoders of tables do, has looked at them.
    if (this.#settings.standardise && hasLightTails(this.model.spec.base))
      warnings.push(...tailWarnings(rows, this.#options.columns));
    const before = this.#resumedFrom;
    const other = before === undefined ? undefined : otherMachine(before, await this.#machineNow());
    return other === undefined ? warnings : [...warnings, other];
  }

  async #machineNow(): Promise<Machine> {
    if (this.#machine === undefined) {
      const { threads, simd, gemm } = await this.#device.report();
      this.#machine = { threads, simd, gemm };
    }
    return this.#machine;
  }

  async *#oneEpoch(): AsyncGenerator<TrainEvent, void, void> {
    const progress = this.#progress;
    const { signal } = this.#options;
    await this.#renewRows();
    while (progress.step < this.#trainer.stepsPerEpoch) {
      const result = await this.#trainer.steps(
        progress.epoch,
        progress.step,
        progress.skippedInARow,
      );
      addSteps(progress, result);
      if (result.stopped === "diverged") {
        if (!this.#strays()) throw await diverged(this.#trainer, progress);
        // Rebuilding may be to blame: once more from here, with denser states.
        progress.skippedInARow = 0;
        yield* this.#densify();
      }
      if (result.skipped > 0) {
        yield {
          type: "warning",
          message: `${result.skipped} steps without a finite gradient were skipped in epoch ${progress.epoch + 1}`,
        };
      }
      const aborted = signal?.aborted === true;
      await this.#maybeCheckpoint(aborted);
      throwIfAborted(signal);
      if (progress.step < this.#trainer.stepsPerEpoch) yield progressEvent(this.#teller);
    }
    // At the end of an epoch, not of a slice of time: a run is the same however it was cut.
    if (this.#strays()) yield* this.#densify();
    progress.drift = 0;
    yield await this.#closeEpoch();
  }

  #renewRows(): Promise<void> {
    return renewRows(this.#trainer, this.#data.training, this.#options, this.#progress.epoch);
  }

  async #closeEpoch(): Promise<TrainEvent> {
    const candidate = await this.#trainer.candidate();
    let validationLoss: number;
    try {
      validationLoss = await this.#validate(candidate);
    } catch (error) {
      // Aborted between the last step and the end of the epoch: resuming validates first.
      if (this.#options.signal?.aborted === true) await this.#maybeCheckpoint(true);
      throw error;
    }
    const offset = standardiserLogDet(this.model.standardiser);
    if (closeEpoch(this.#progress, validationLoss, offset)) this.#best = candidate;
    return epochEvent(this.#teller);
  }

  get #teller(): Teller {
    const [progress, settings, trainer] = [this.#progress, this.#settings, this.#trainer];
    return { progress, settings, trainer, elapsedMs: this.#elapsed() };
  }

  #elapsed(): number {
    return this.#progress.elapsedMs + performance.now() - this.#started;
  }

  /** Mean negative log-density of the held-out rows; NaN counts as infinitely bad. */
  async #validate(parameters: Float32Array<ArrayBuffer>): Promise<number> {
    // The model's own buffer is being trained; with an average the candidate is another one.
    const trained = await this.#trainer.snapshot();
    const averaged = trained["average"] !== undefined;
    if (averaged) this.model.setParameters(parameters);
    try {
      return await this.#lossOf();
    } finally {
      if (averaged) this.#trainer.restore(trained);
    }
  }

  #lossOf(): Promise<number> {
    return heldOutLoss(this.model, this.#data.validation, this.#options.signal);
  }

  #strays(): boolean {
    return strays(this.#settings, this.#progress);
  }

  async *#densify(): AsyncGenerator<TrainEvent, void, void> {
    const state = await this.#trainer.snapshot();
    this.#progress.densified++;
    this.#trainer.dispose();
    this.#trainer = this.#makeTrainer();
    this.#trainer.restore(state);
    await this.#renewRows();
    yield { type: "warning", message: driftWarning(this.#settings, this.#progress) };
    // What drifted before has been answered.
    this.#progress.drift = 0;
  }

  #makeTrainer(): Trainer {
    const runner = this.model.runner as CpuRunner;
    return new Trainer(
      this.model,
      runner.device,
      runner.parameters,
      this.#data.training,
      this.#settings,
      checkpointEvery(this.#progress.densified),
    );
  }

  async #maybeCheckpoint(now: boolean): Promise<void> {
    const { checkpoint } = this.#options;
    if (checkpoint === undefined) return;
    const due = performance.now() - this.#lastCheckpoint > 1000 * (checkpoint.everySeconds ?? 60);
    if (!due && !now) return;
    const progress = { ...this.#progress, elapsedMs: this.#elapsed() };
    await checkpoint.save(
      writeCheckpoint({
        fingerprint: this.#fingerprint,
        machine: await this.#machineNow(),
        progress,
        tensors: await this.#trainer.snapshot(),
        best: this.#best,
      }),
    );
    this.#lastCheckpoint = performance.now();
  }

  #finishCard(reference: number): void {
    const progress = { ...this.#progress, elapsedMs: this.#elapsed() };
    const card = trainingCard(this.#data, this.#settings, progress, reference, this.#device);
    Object.assign(this.model.card as Record<string, unknown>, card);
  }
}
