/** A fit by maximum likelihood: a flow, its data, the Gaussian that it has to beat, and the run between them. */
import { CoupletError } from "../error.ts";
import { hasLightTails } from "../flow/parts/base/base.ts";
import { modelFrom } from "../flow/model/make.ts";
import { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { levelsOf } from "../flow/model/levels.ts";
import { checkSamples } from "./check-samples.ts";
import { putBestParameters } from "./best-parameters.ts";
import { columnName, contextColumn } from "./column-name.ts";
import { columnWarnings, heldOutWarnings, tailWarnings } from "./data-warnings.ts";
import { sizeWarning } from "./size-warning.ts";
import type { TrainEvent } from "./events.ts";
import { gaussianLosses } from "./gaussian-loss.ts";
import { betweenEvents } from "../threads/yield-to-event-loop.ts";
import { TrainingLoop } from "./loop.ts";
import { prepareRun } from "./prepare-run.ts";
import type { PreparedRun, RunOptions } from "./prepare-run.ts";
import type { Progress } from "./progress.ts";
import type { RunEvent } from "./run.ts";
import { squeezedWarnings, weightWarnings } from "./scale-warnings.ts";
import { unmovedWarnings } from "./unmoved.ts";
import { meanLoss } from "./validation-loss.ts";
import { trainingRecord } from "./training-record.ts";

/** Rates above are tried by mistake. */
const HIGH_RATE = 0.01;

/** One run; `events` drives it. */
export class LikelihoodRun {
  #model: FlowModel;
  readonly #prepared: PreparedRun;
  readonly #loop: TrainingLoop;
  #gaussianLoss = NaN;

  /**
   * Checks everything and makes the model; the caller has to {@link end} the run.
   *
   * @param ended aborted by the run's own `stop`
   */
  static async begin(
    start: FlowSpec | FlowModel,
    rows: Rows,
    options: RunOptions & { readonly context?: Rows },
    ended: AbortSignal,
  ): Promise<LikelihoodRun> {
    const stop = options.stop === undefined ? ended : AbortSignal.any([options.stop, ended]);
    const prepared = await prepareRun(start, rows, options.context, { ...options, stop });
    try {
      return new LikelihoodRun(prepared);
    } catch (error) {
      // What a step needs did not fit into memory.
      prepared.model.dispose();
      throw error;
    }
  }

  private constructor(prepared: PreparedRun) {
    const { task, settings, options } = prepared;
    this.#model = prepared.model;
    this.#prepared = prepared;
    this.#loop = new TrainingLoop(task, settings, options, prepared);
  }

  /** The model in training; when `events` have ended, the trained one. */
  get model(): FlowModel {
    return this.#model;
  }

  async *events(): AsyncGenerator<RunEvent<TrainEvent, FlowModel>, void, void> {
    const { data, settings } = this.#prepared;
    const { epochs, batch } = settings;
    // The probability of integers is no density of theirs: nothing to compare.
    const isDensity = levelsOf(this.model.spec) === undefined;
    const mark = isDensity
      ? await betweenEvents(gaussianLosses(data), this.#prepared.options.signal)
      : new Float64Array(data.validation.rows.rows).fill(Infinity);
    this.#gaussianLoss = isDensity ? meanLoss(mark, data.validation.weights, 0) : NaN;
    await this.#loop.validateStart();
    yield this.#told({
      type: "start",
      trainingRows: data.training.rows.rows,
      validationRows: data.validation.rows.rows,
      epochs,
      batch,
      parameters: this.model.parameterCount,
      plannedMemory: this.#loop.plannedMemory,
      validationLoss: this.#loop.progress.best.validationLoss,
      gaussianLoss: this.#gaussianLoss,
    });
    for (const message of await this.#warnings()) yield this.#told({ type: "warning", message });
    const epochEvents = this.#loop.epochs();
    let next = await epochEvents.next();
    try {
      for (; next.done !== true; next = await epochEvents.next()) yield this.#told(next.value);
    } finally {
      // Where the caller leaves the loop.
      if (next.done !== true) await epochEvents.return("stopped");
    }
    const { best, message } = await this.#chooseBest(mark);
    await checkSamples(this.model, data.training);
    if (message !== undefined) yield this.#told({ type: "warning", message });
    const progress = { ...this.#loop.progress, best };
    this.#model = FlowModel.trained(this.#model, await this.#record(progress));
    yield {
      ...this.#told({
        type: "end",
        reason: next.value,
        best,
        gaussianLoss: this.#gaussianLoss,
        elapsedMs: progress.elapsedMs,
      }),
      fraction: 1,
    };
  }

  #told(event: TrainEvent): RunEvent<TrainEvent, FlowModel> {
    return { ...event, fraction: this.#loop.fraction, snapshot: () => this.#snapshot() };
  }

  /** A model of its own with the best parameters so far. */
  async #snapshot(): Promise<FlowModel> {
    const { progress, best } = this.#loop;
    const { spec, standardiser, contextStandardiser, columns, records } = this.model;
    const training = await this.#record(progress);
    return modelFrom(
      { spec, standardiser, contextStandardiser, columns, records, training, parameters: best },
      this.#prepared.options,
    );
  }

  async #record(progress: Progress) {
    const { data, settings } = this.#prepared;
    const report = await this.model.runner.device.report();
    return trainingRecord(data, settings, progress, this.#gaussianLoss, report);
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#loop.dispose();
    if (!finished) this.model.dispose();
  }

  /** Puts the best parameters in; a warning where training was in vain. */
  async #chooseBest(gaussian: Float64Array) {
    const { best } = this.#loop.progress;
    const { data, task, untrained } = this.#prepared;
    const inOwnUnits = (losses: Float64Array) => losses.map((loss) => loss + task.lossOffset);
    const bestLosses = inOwnUnits(await this.#loop.bestLosses());
    const { untrainedLoss, warning } = await putBestParameters(
      this.model,
      data,
      { best: this.#loop.best, bestLosses, untrained, gaussianLosses: gaussian },
      async () => inOwnUnits(await this.#loop.heldOutLosses()),
    );
    const chosen = untrainedLoss === undefined ? best : { epoch: 0, validationLoss: untrainedLoss };
    if (!Number.isFinite(chosen.validationLoss)) throw noFiniteLoss(bestLosses);
    return { best: chosen, message: this.#highRate(warning ?? this.#inVain()) };
  }

  /** Says that no epoch was better than the start. */
  #inVain(): string | undefined {
    const { best, epoch } = this.#loop.progress;
    if (best.epoch > 0) return undefined;
    if (epoch === 0)
      return "the training ended before an epoch did, and the model is as it was before training";
    return "no epoch was better than the start, and the model is as it was before training";
  }

  /** What is likely to blame, where training was in vain. */
  #highRate(message: string | undefined): string | undefined {
    const { learningRate } = this.#prepared.settings;
    return message === undefined || learningRate <= HIGH_RATE
      ? message
      : `${message}. learningRate ${learningRate} is high, the default is 0.001`;
  }

  /** Columns that cannot be learned or have heavy tails, and a resumption that cannot be exact. */
  async #warnings(): Promise<string[]> {
    const { data, settings, options } = this.#prepared;
    const { rows } = data.training;
    const { spec } = this.model;
    const other = await this.#loop.resumeWarning();
    const ofResume = other === undefined ? [] : [other];
    // Pixels that are black in every image have a probability, and no unit of their own.
    if (levelsOf(spec) !== undefined)
      return [...unmovedWarnings(spec, options.columns), ...ofResume];
    const warnings = [
      ...(await betweenEvents(columnWarnings(rows, options.columns), options.signal)),
      ...unmovedWarnings(spec, options.columns),
    ];
    // Who standardises columns himself, as the encoders of tables do, has looked at them.
    if (settings.standardise && hasLightTails(this.model.spec.base))
      warnings.push(...tailWarnings(data.training, options.columns));
    if (settings.standardise)
      warnings.push(
        ...data.warnings,
        ...this.#scaleWarnings(),
        ...weightWarnings(data.training.weights),
      );
    warnings.push(...sizeWarning(this.model.parameterCount, rows.rows));
    return [...warnings, ...ofResume];
  }

  /** Values that decide the scale of a column of the rows or of the context alone, and held-out ones far beyond. */
  #scaleWarnings(): string[] {
    const { training, validation } = this.#prepared.data;
    const name = columnName(this.#prepared.options.columns);
    const { numbers } = training;
    const ofRows = [
      ...squeezedWarnings(training.rows, numbers, name),
      ...heldOutWarnings(training.rows, validation, name),
    ];
    if (training.context === undefined || validation.context === undefined) return ofRows;
    const held = { rows: validation.context, numbers: validation.numbers };
    return [
      ...ofRows,
      ...squeezedWarnings(training.context, numbers, contextColumn),
      ...heldOutWarnings(training.context, held, contextColumn),
    ];
  }
}

/** A model whose held-out densities are not finite is none. */
function noFiniteLoss(losses: Float64Array): CoupletError {
  const wild = losses.reduce((count, loss) => count + (Number.isFinite(loss) ? 0 : 1), 0);
  return new CoupletError({
    code: "DATA_INVALID",
    where: "fit: validation",
    expected: "held-out rows with finite log-densities",
    received: `${wild} of ${losses.length} without`,
    hint: "Look for values far from all others, in the held-out rows and in the training rows, or try a smaller learningRate.",
  });
}
