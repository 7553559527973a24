/** A fit of a classifier: a network, its images, and the run between them. */
import { throwIfAborted } from "../abort.ts";
import { CoupletError, internalError } from "../error.ts";
import { checksum } from "../file/checksum.ts";
import type { Rows } from "../flow/model/rows.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import type { TrainEvent } from "../train/events.ts";
import { TrainingLoop } from "../train/loop.ts";
import type { LoopOptions } from "../train/loop.ts";
import type { Progress } from "../train/progress.ts";
import { compareRuns } from "../train/reducer.ts";
import { readyToTrain } from "../train/ready-to-train.ts";
import type { RunEvent } from "../train/run.ts";
import { joint } from "../train/strategies/joint.ts";
import { trainingRecord } from "../train/training-record.ts";
import { missingClasses } from "../train/missing-classes.ts";
import { labelsOf, portionDigest, splitImages } from "./data.ts";
import type { ImagePortion, SplitImages } from "./data.ts";
import type { ClassifierEvent } from "./events.ts";
import { channelUnits } from "./image-rows.ts";
import { classificationMetrics, logSoftmax } from "./metrics.ts";
import type { ClassificationMetrics } from "./metrics.ts";
import { ClassifierModel } from "./model.ts";
import { lowerValidation } from "./objective.ts";
import { checkClassifierOptions, classifierSettings } from "./options.ts";
import type { ClassifierOptions, ClassifierSettings } from "./options.ts";
import { parseNetwork } from "./spec.ts";
import type { NetworkSpec } from "./spec.ts";
import { classifierTask } from "./task.ts";
import type { ClassifierTask } from "./task.ts";

/** Everything that a run is made of. */
interface Prepared {
  readonly model: ClassifierModel;
  readonly data: SplitImages;
  readonly settings: ClassifierSettings;
  readonly options: ClassifierOptions;
  readonly task: ClassifierTask;
}

/** One run; `events` drives it. */
export class ClassifierRun {
  #model: ClassifierModel;
  readonly #prepared: Prepared;
  readonly #loop: TrainingLoop;

  /** Checks everything and makes the model; the caller has to {@link end} the run. */
  static async begin(
    start: NetworkSpec | ClassifierModel,
    images: Rows,
    labels: ArrayLike<number>,
    options: ClassifierOptions,
  ): Promise<ClassifierRun> {
    checkClassifierOptions(options);
    throwIfAborted(options.signal);
    const from = start instanceof ClassifierModel ? start : undefined;
    const spec = parseNetwork(from === undefined ? start : from.spec);
    const data = splitImages(spec, images, labels, options);
    const settings = classifierSettings(options, data.training.numbers.length);
    const model = await freshModel(spec, data.training, options, from);
    try {
      await readyToTrain(model.runner.device, "fitClassifier");
      const { checkpoint, resume, reducer } = options;
      const isKept = [checkpoint, resume, reducer].some((given) => given !== undefined);
      const print = isKept ? fingerprint(spec, settings, data, from, options) : "";
      if (reducer !== undefined)
        await compareRuns(reducer, "fitClassifier", print, model.runner.device, resume);
      const saved =
        resume === undefined ? undefined : readCheckpoint(resume, print, model.layout.count);
      const task = classifierTask(model, data, settings);
      const loop = new TrainingLoop(task.task, settings, options as LoopOptions, {
        fingerprint: print,
        saved,
      });
      return new ClassifierRun({ model, data, settings, options, task }, loop);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  private constructor(prepared: Prepared, loop: TrainingLoop) {
    this.#model = prepared.model;
    this.#prepared = prepared;
    this.#loop = loop;
  }

  /** The model in training; when `events` have ended, the trained one. */
  get model(): ClassifierModel {
    return this.#model;
  }

  async *events(): AsyncGenerator<RunEvent<ClassifierEvent, ClassifierModel>, void, void> {
    const { data, settings, task } = this.#prepared;
    await this.#loop.validateStart();
    task.takeAccuracies();
    yield this.#told({
      type: "start",
      trainingRows: data.training.numbers.length,
      validationRows: data.validation.numbers.length,
      epochs: settings.epochs,
      batch: settings.batch,
      parameters: this.model.parameterCount,
      plannedMemory: this.#loop.plannedMemory,
      validationLoss: this.#loop.progress.best.validationLoss,
    });
    for (const message of await this.#warnings()) yield this.#told({ type: "warning", message });
    const events = this.#loop.epochs();
    let next = await events.next();
    try {
      for (; next.done !== true; next = await events.next())
        yield this.#told(this.#withAccuracy(next.value));
    } finally {
      // Where the caller leaves the loop.
      if (next.done !== true) await events.return("stopped");
    }
    const { best, epoch, elapsedMs } = this.#loop.progress;
    if (!Number.isFinite(best.validationLoss)) throw noFiniteLoss();
    this.model.setParameters(this.#loop.best);
    if (best.epoch === 0 && epoch > 0)
      yield this.#told({
        type: "warning",
        message: "no epoch was better than the start, and the model is as it was before training",
      });
    const heldOut = await this.#heldOut(this.model);
    this.#model = ClassifierModel.trained(
      this.model,
      await this.#record(this.#loop.progress),
      heldOut,
    );
    const end: ClassifierEvent = { type: "end", reason: next.value, best, heldOut, elapsedMs };
    yield { ...this.#told(end), fraction: 1 };
  }

  /** Frees the run; a model that was not finished goes with it. */
  end(finished: boolean): void {
    this.#loop.dispose();
    if (!finished) this.model.dispose();
  }

  #told(event: ClassifierEvent): RunEvent<ClassifierEvent, ClassifierModel> {
    return { ...event, fraction: this.#loop.fraction, snapshot: () => this.#snapshot() };
  }

  #withAccuracy(event: TrainEvent): ClassifierEvent {
    if (event.type === "start" || event.type === "end")
      throw internalError(`the loop told "${event.type}"`);
    if (event.type !== "epoch") return event;
    // A resumed run validates its best parameters after those of its first epoch.
    const [accuracy = NaN] = this.#prepared.task.takeAccuracies();
    return { ...event, accuracy };
  }

  /** A model of its own with the best parameters so far. */
  async #snapshot(): Promise<ClassifierModel> {
    const { progress, best } = this.#loop;
    const { spec, units, classNames } = this.model;
    const training = await this.#record(progress);
    const parts = { spec, units, classNames, training, heldOut: undefined, parameters: best };
    return ClassifierModel.from(parts, this.#prepared.options);
  }

  async #record(progress: Progress) {
    const { data, settings } = this.#prepared;
    const counts = ({ numbers }: ImagePortion) => ({ rows: { rows: numbers.length } });
    const { training, validation } = data;
    return trainingRecord(
      { training: counts(training), validation: counts(validation) },
      settings,
      progress,
      NaN,
      await this.model.runner.device.report(),
    );
  }

  /** Of the parameters that the model has; validation holds nothing that training does not. */
  async #heldOut(model: ClassifierModel): Promise<ClassificationMetrics> {
    const { task, data, options } = this.#prepared;
    const { rows, feeds } = task.task.validation;
    const make = () => lowerValidation(model.spec, model.layout);
    const outputs = await model.runner.run("loss (crossEntropy)", make, feeds(), rows, {
      signal: options.signal,
    });
    const { classes } = model.spec;
    const logProbabilities = logSoftmax(outputs.get("logits")!, classes);
    return classificationMetrics(logProbabilities, labelsOf(data.validation), classes);
  }

  async #warnings(): Promise<string[]> {
    const { data } = this.#prepared;
    const other = await this.#loop.resumeWarning();
    return [
      ...missingClasses(labelsOf(data.training), this.model.spec.classes, [
        "the model gives it probability near 0",
        "the model gives them probability near 0",
      ]),
      ...(other === undefined ? [] : [other]),
    ];
  }
}

/** An untrained model in the units of the training images, or one that has the parameters of the model to go on from. */
function freshModel(
  spec: NetworkSpec,
  { images, numbers }: ImagePortion,
  options: ClassifierOptions,
  from: ClassifierModel | undefined,
): Promise<ClassifierModel> {
  const { classNames } = options;
  if (classNames !== undefined && classNames.length !== spec.classes) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "fitClassifier: classNames",
      expected: `${spec.classes} names, one per class`,
      received: String(classNames.length),
    });
  }
  return ClassifierModel.from(
    {
      spec,
      parameters: from?.parameters,
      units: from?.units ?? channelUnits(images, numbers, spec.shape[2]!),
      classNames: classNames ?? from?.classNames,
      training: undefined,
      heldOut: undefined,
    },
    options,
  );
}

/** What must agree for a run to go on. */
function fingerprint(
  spec: NetworkSpec,
  settings: ClassifierSettings,
  { training, validation }: SplitImages,
  from: ClassifierModel | undefined,
  { dataDigest = "none", strategy = joint }: ClassifierOptions,
): string {
  const text = (value: string) => checksum(new TextEncoder().encode(value));
  return JSON.stringify({
    spec: text(JSON.stringify(spec)),
    settings,
    "images and labels": portionDigest(training),
    validation: portionDigest(validation),
    source: dataDigest,
    strategy: { name: strategy.name, settings: strategy.settings },
    start: from === undefined ? "the spec" : checksum(new Uint8Array(from.parameters.buffer)),
  });
}

/** A model whose held-out losses are not finite is none. */
function noFiniteLoss(): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "fitClassifier: validation",
    expected: "held-out images with a finite loss",
    received: "others",
    hint: "Look for values far from all others, or try a smaller learningRate.",
  });
}
