/** One training run: epochs of steps, validation, early stopping, checkpoints. */
import { CoupletError } from "../error.ts";
import { throwIfAborted } from "../flow/abort.ts";
import { modelFrom } from "../flow/model.ts";
import type { DeviceOptions, FlowModel } from "../flow/model.ts";
import { fitStandardiser, identityStandardiser } from "../flow/preprocess.ts";
import { toBatch } from "../flow/rows.ts";
import type { Batch, Rows } from "../flow/rows.ts";
import type { CpuRunner } from "../flow/runner.ts";
import { parseSpec } from "../flow/spec/validate.ts";
import type { FlowSpec, JsonObject } from "../flow/spec/types.ts";
import { splitData } from "./data.ts";
import type { SplitData } from "./data.ts";
import type { TrainEvent } from "./events.ts";
import { atTheStart, fingerprint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { Checkpoint, Machine, Progress } from "./checkpoint.ts";
import { columnWarnings } from "./data-warnings.ts";
import { gaussianLoss } from "./gaussian-loss.ts";
import { becomeGaussian, initialiseFromData } from "./initialise.ts";
import { settingsFor } from "./options.ts";
import type { TrainOptions, TrainSettings } from "./options.ts";
import { Trainer } from "./trainer.ts";

/** Bijections between kept states, tried in turn when reversible mode drifts. */
const CHECKPOINT_LADDER = [Infinity, 16, 8, 4, 2] as const;

/** Losses this near are equal: the flow computes in float32, the Gaussian in float64. */
const ROUNDING = 1e-3;

type RunOptions = TrainOptions & DeviceOptions;

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

  private constructor(
    model: FlowModel,
    data: SplitData,
    settings: TrainSettings,
    options: RunOptions,
    print: string,
    untrained: Float32Array<ArrayBuffer>,
    saved: Checkpoint | undefined,
  ) {
    this.#untrained = untrained;
    this.model = model;
    this.#data = data;
    this.#settings = settings;
    this.#options = options;
    this.#fingerprint = print;
    this.#progress = saved?.progress ?? atTheStart();
    this.#best = saved?.best ?? model.parameters;
    this.#resumedFrom = saved?.machine;
    this.#trainer = this.#makeTrainer();
    if (saved !== undefined) this.#trainer.restore(saved.tensors);
  }

  /** Checks everything and makes the model; the caller has to {@link end} the run. */

  static async begin(
    spec: FlowSpec,
    rows: Rows,
    context: Rows | undefined,
    options: RunOptions,
  ): Promise<TrainingRun> {
    throwIfAborted(options.signal);
    if (options.rowsOfEpoch !== undefined && typeof (options.validation ?? 0) === "number") {
      throw new CoupletError({
        code: "USAGE",
        where: "fit: rowsOfEpoch",
        expected: "validation given as rows, so that the training rows are those of the call",
        received: options.validation === undefined ? "none" : "a fraction",
      });
    }
    const checked = parseSpec(spec);
    const data = splitData(checked, rows, context, options);
    const settings = settingsFor(options, data.training.rows.rows);
    const kept = options.checkpoint !== undefined || options.resume !== undefined;
    const print = kept ? fingerprint(checked, settings, data, options.dataDigest) : "";
    const standard = settings.standardise;
    const model = await modelFrom(
      {
        spec: checked,
        parameters: undefined,
        standardiser: standard
          ? fitStandardiser(data.training.rows, data.training.weights)
          : identityStandardiser(checked.dims),
        contextStandardiser:
          standard && data.training.context !== undefined
            ? fitStandardiser(data.training.context, data.training.weights)
            : identityStandardiser(checked.context),
        columns: options.columns,
        card: {},
      },
      options,
    );
    try {
      const saved =
        options.resume === undefined
          ? undefined
          : readCheckpoint(options.resume, print, model.layout.count);
      const untrained = model.parameters;
      if (saved === undefined) await initialiseFromData(model, data);
      return new TrainingRun(model, data, settings, options, print, untrained, saved);
    } catch (error) {
      model.dispose();
      throw error;
    }
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
    const reference = gaussianLoss(
      this.#data,
      this.model.standardiser,
      this.model.contextStandardiser,
    );
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

  /**
   * Puts the best parameters in. Where training ended worse than the Gaussian, the untrained flow that
   * is the Gaussian takes their place; says so.
   */
  async #chooseBest(reference: number): Promise<string | undefined> {
    const { best } = this.#progress;
    this.model.setParameters(this.#best);
    if (best.validationLoss <= reference + ROUNDING) return undefined;
    const worse = `training ended worse than a full-covariance Gaussian on held-out rows, by ${(best.validationLoss - reference).toFixed(3)} nats a row`;
    const { base, context } = this.model.spec;
    this.model.setParameters(this.#untrained);
    const became = await becomeGaussian(this.model, this.#data);
    const validationLoss = became ? await this.#lossOf() : Infinity;
    if (validationLoss >= best.validationLoss) {
      this.model.setParameters(this.#best);
      if (became || base.kind === "uniform") return worse;
      return `${worse}: an lu layer would keep it from that`;
    }
    this.#progress.best = { epoch: 0, validationLoss };
    this.#best = this.model.parameters;
    // With a context or another base the flow without training is near the Gaussian only.
    const outcome =
      base.kind === "gaussian" && context === 0
        ? "the model is the Gaussian, which the first lu layer holds"
        : `the model is untrained but for its first lu layer, which makes the variables uncorrelated: better than training, and ${(validationLoss - reference).toFixed(3)} nats a row from the Gaussian`;
    return `${worse}; ${outcome}. More rows or a smaller flow may help`;
  }

  /** Columns that cannot be learned, and a resumption that cannot be exact. */
  async #warnings(): Promise<string[]> {
    const warnings = columnWarnings(this.#data.training.rows, this.#options.columns);
    if (this.#resumedFrom !== undefined) {
      const before = JSON.stringify(this.#resumedFrom);
      const now = JSON.stringify(await this.#machineNow());
      if (before !== now) {
        warnings.push(
          `the checkpoint was made with ${before}, this run has ${now}: it goes on, but not to the same last digits`,
        );
      }
    }
    return warnings;
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
      progress.step += result.steps;
      progress.loss += result.loss;
      progress.weight += result.weight;
      progress.skipped += result.skipped;
      progress.skippedInARow = result.skippedInARow;
      progress.gradientNorm = result.lastNorm;
      progress.drift = Math.max(progress.drift, result.drift);
      if (result.stopped === "diverged") {
        if (!this.#strays()) await this.#diverged();
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
      if (progress.step < this.#trainer.stepsPerEpoch) yield this.#progressEvent();
    }
    // At the end of an epoch, not of a slice of time: a run is the same however it was cut.
    if (this.#strays()) yield* this.#densify();
    progress.drift = 0;
    yield await this.#closeEpoch();
  }

  async #renewRows(): Promise<void> {
    const { rowsOfEpoch, contextOfEpoch } = this.#options;
    const { rows, context } = this.#data.training;
    const { epoch } = this.#progress;
    if (rowsOfEpoch !== undefined)
      this.#trainer.replaceRows(
        sameRows("fit: rowsOfEpoch", await rowsOfEpoch(epoch), rows.cols, rows.rows),
      );
    if (contextOfEpoch !== undefined && context !== undefined)
      this.#trainer.replaceContext(
        sameRows("fit: contextOfEpoch", await contextOfEpoch(epoch), context.cols, rows.rows),
      );
  }

  async #closeEpoch(): Promise<TrainEvent> {
    const progress = this.#progress;
    const offset = this.#offset();
    const trainLoss = progress.weight > 0 ? progress.loss / progress.weight - offset : NaN;
    const candidate = await this.#trainer.candidate();
    let validationLoss: number;
    try {
      validationLoss = await this.#validate(candidate);
    } catch (error) {
      // Aborted between the last step and the end of the epoch: resuming validates first.
      if (this.#options.signal?.aborted === true) await this.#maybeCheckpoint(true);
      throw error;
    }
    progress.epoch++;
    progress.step = 0;
    progress.loss = 0;
    progress.weight = 0;
    if (validationLoss < progress.best.validationLoss) {
      progress.best = { epoch: progress.epoch, validationLoss };
      this.#best = candidate;
    }
    progress.history.push([trainLoss, validationLoss]);
    const stepsDone = progress.epoch * this.#trainer.stepsPerEpoch;
    return {
      type: "epoch",
      epoch: progress.epoch,
      epochs: this.#settings.epochs,
      trainLoss,
      validationLoss,
      best: progress.best,
      learningRate: this.#trainer.learningRateAt(stepsDone - 1),
      gradientNorm: progress.gradientNorm,
      skippedSteps: progress.skipped,
      ...this.#pace(stepsDone),
    };
  }

  #progressEvent(): TrainEvent {
    const { epoch, step } = this.#progress;
    const done = epoch * this.#trainer.stepsPerEpoch + step;
    return {
      type: "progress",
      epoch: epoch + 1,
      epochs: this.#settings.epochs,
      step: done,
      steps: this.#trainer.totalSteps,
      ...this.#pace(done),
    };
  }

  /** Speed so far, and the time to the last epoch if training does not stop early. */
  #pace(stepsDone: number) {
    const elapsedMs = this.#elapsed();
    const perStep = elapsedMs / Math.max(1, stepsDone);
    return {
      rowsPerSecond: (stepsDone * this.#settings.batch) / (elapsedMs / 1000),
      elapsedMs,
      etaMs: perStep * (this.#trainer.totalSteps - stepsDone),
    };
  }

  #elapsed(): number {
    return this.#progress.elapsedMs + performance.now() - this.#started;
  }

  #offset(): number {
    return -this.model.standardiser.scale.reduce((sum, s) => sum + Math.log(s), 0);
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

  /** The loss on the held-out rows of the parameters that the model has. */
  async #lossOf(): Promise<number> {
    const { rows, context, weights } = this.#data.validation;
    const logProb = await this.model.logProb(rows.data, {
      ...(context === undefined ? {} : { context: context.data }),
      ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
    });
    let sum = 0;
    let total = 0;
    for (let i = 0; i < logProb.length; i++) {
      const weight = weights?.[i] ?? 1;
      sum -= weight * logProb[i]!;
      total += weight;
    }
    const loss = sum / total;
    return Number.isNaN(loss) ? Infinity : loss;
  }

  async #diverged(): Promise<never> {
    const progress = this.#progress;
    const culprit = await this.#trainer.diagnose(progress.epoch, Math.max(0, progress.step - 1));
    throw new CoupletError({
      code: "DIVERGED",
      where: `fit: epoch ${progress.epoch + 1}, step ${progress.step}`,
      expected: "finite losses and gradients",
      received:
        culprit === undefined
          ? `${progress.skippedInARow} steps in a row without`
          : `${progress.skippedInARow} steps in a row without; the first number that is not finite came from ${culprit.op} in ${culprit.path}`,
      hint: "Try a smaller learningRate, a smaller clipNorm, or softClamp scales.",
    });
  }

  /** Reversible mode: whether the rebuilt inputs strayed too far, and states can be kept more densely. */
  #strays(): boolean {
    const { memory, driftTolerance } = this.#settings;
    const { drift, densified } = this.#progress;
    // Written so that a drift that is not a number counts as too large.
    return (
      memory === "reversible" &&
      !(drift <= driftTolerance) &&
      densified + 1 < CHECKPOINT_LADDER.length
    );
  }

  async *#densify(): AsyncGenerator<TrainEvent, void, void> {
    const { drift } = this.#progress;
    const { driftTolerance } = this.#settings;
    const state = await this.#trainer.snapshot();
    this.#progress.densified++;
    this.#trainer.dispose();
    this.#trainer = this.#makeTrainer();
    this.#trainer.restore(state);
    await this.#renewRows();
    yield {
      type: "warning",
      message:
        `rebuilding activations strayed by ${drift.toExponential(1)} (tolerance ${driftTolerance}); ` +
        `from now on the state is kept every ${CHECKPOINT_LADDER[this.#progress.densified]} bijections`,
    };
  }

  #makeTrainer(): Trainer {
    const runner = this.model.runner as CpuRunner;
    const every = CHECKPOINT_LADDER[this.#progress.densified] ?? 2;
    return new Trainer(
      this.model,
      runner.device,
      runner.parameters,
      this.#data.training,
      this.#settings,
      every,
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
    const { history, best, epoch, skipped } = this.#progress;
    const card: JsonObject = {
      trainingRows: this.#data.training.rows.rows,
      validationRows: this.#data.validation.rows.rows,
      settings: { ...this.#settings },
      epochs: epoch,
      best: { ...best },
      history: history.map(([a, b]) => [a, b]),
      skippedSteps: skipped,
      gaussianLoss: reference,
      elapsedMs: Math.round(this.#elapsed()),
      threads: this.#device.threads,
      simd: this.#device.simd,
    };
    Object.assign(this.model.card as Record<string, unknown>, card);
  }
}

/** Rows of an epoch, checked to be as many as the first ones. */
function sameRows(where: string, fresh: Rows, cols: number, rows: number): Batch {
  const batch = toBatch(where, fresh, cols);
  if (batch.rows === rows) return batch;
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `${rows} rows`,
    received: String(batch.rows),
  });
}
