/** A fit by maximum likelihood: a flow, its data, the Gaussian that it has to beat, and the run between them. */
import { hasLightTails } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { putBestParameters } from "./best-parameters.ts";
import { columnWarnings, tailWarnings } from "./data-warnings.ts";
import type { TrainEvent } from "./events.ts";
import { gaussianLoss } from "./gaussian-loss.ts";
import { TrainingLoop } from "./loop.ts";
import { prepareRun } from "./prepare-run.ts";
import type { PreparedRun } from "./prepare-run.ts";
import { trainingCard } from "./training-card.ts";

/** One run; `events` drives it. */
export class LikelihoodRun {
  readonly model: FlowModel;
  readonly #prepared: PreparedRun;
  readonly #loop: TrainingLoop;

  /** Checks everything and makes the model; the caller has to {@link end} the run. */
  static async begin(...args: Parameters<typeof prepareRun>): Promise<LikelihoodRun> {
    const prepared = await prepareRun(...args);
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
    this.model = prepared.model;
    this.#prepared = prepared;
    this.#loop = new TrainingLoop(task, settings, options, prepared);
  }

  async *events(): AsyncGenerator<TrainEvent, void, void> {
    const { data, settings } = this.#prepared;
    const { epochs, batch } = settings;
    const reference = gaussianLoss(data);
    await this.#loop.validateStart();
    yield {
      type: "start",
      trainingRows: data.training.rows.rows,
      validationRows: data.validation.rows.rows,
      epochs,
      batch,
      parameters: this.model.parameterCount,
      validationLoss: this.#loop.progress.best.validationLoss,
      gaussianLoss: reference,
    };
    for (const message of await this.#warnings()) yield { type: "warning", message };
    const reason = yield* this.#loop.epochs();
    const { best, message } = await this.#chooseBest(reference);
    if (message !== undefined) yield { type: "warning", message };
    const progress = { ...this.#loop.progress, best };
    const report = await this.model.runner.device.report();
    const card = trainingCard(data, settings, progress, reference, report);
    Object.assign(this.model.card as Record<string, unknown>, card);
    yield { type: "end", reason, best, gaussianLoss: reference, elapsedMs: progress.elapsedMs };
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#loop.dispose();
    if (!finished) this.model.dispose();
  }

  /** Puts the best parameters in; a warning where training was in vain. */
  async #chooseBest(reference: number) {
    const { best } = this.#loop.progress;
    const { untrainedLoss, warning } = await putBestParameters(
      this.model,
      this.#prepared.data,
      {
        best: this.#loop.best,
        bestLoss: best.validationLoss,
        untrained: this.#prepared.untrained,
        gaussianLoss: reference,
      },
      () => this.#loop.validationLoss(),
    );
    return {
      best: untrainedLoss === undefined ? best : { epoch: 0, validationLoss: untrainedLoss },
      message: warning,
    };
  }

  /** Columns that cannot be learned or have heavy tails, and a resumption that cannot be exact. */
  async #warnings(): Promise<string[]> {
    const { data, settings, options } = this.#prepared;
    const { rows } = data.training;
    const warnings = columnWarnings(rows, options.columns);
    // Who standardises columns himself, as the encoders of tables do, has looked at them.
    if (settings.standardise && hasLightTails(this.model.spec.base))
      warnings.push(...tailWarnings(rows, options.columns));
    const other = await this.#loop.resumeWarning();
    return other === undefined ? warnings : [...warnings, other];
  }
}
