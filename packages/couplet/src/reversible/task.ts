/** Classification as a task of the training loop. */
import type { Floats } from "../flow/model/runner.ts";
import type { Task, TaskRows } from "../train/task.ts";
import { augmented } from "./augment.ts";
import { labelsOf } from "./data.ts";
import type { ImagePortion, SplitImages } from "./data.ts";
import { inUnits } from "./image-rows.ts";
import { largest } from "./metrics.ts";
import type { ClassifierModel } from "./model.ts";
import { loweredCrossEntropy } from "./objective.ts";
import type { ClassifierSettings } from "./options.ts";

/** The task, and what its validations came to. */
export interface ClassifierTask {
  readonly task: Task;
  /** Accuracy of each validation since this was last asked, in order. */
  takeAccuracies(): readonly number[];
}

/** The task of training `model` on the images; losses are in nats per image. */
export function classifierTask(
  model: ClassifierModel,
  { training, validation }: SplitImages,
  { labelSmoothing, flip, shift, seed }: ClassifierSettings,
): ClassifierTask {
  const { spec, units } = model;
  let accuracies: number[] = [];
  const heldLabels = labelsOf(validation);
  const rows = (portion: ImagePortion): TaskRows => ({
    rows: portion.numbers.length,
    feeds: (own) => {
      const some = ofImages(portion, own);
      return { images: inUnits(some.images, some.numbers, units), labels: labelsOf(some) };
    },
    weights: undefined,
  });
  const varies = flip || shift > 0;
  const shape = spec.shape as readonly [number, number, number];
  const task: Task = {
    trainee: model,
    objective: loweredCrossEntropy(spec, model.layout, labelSmoothing),
    training: rows(training),
    validation: rows(validation),
    lossOffset: 0,
    validated(outputs) {
      accuracies.push(accuracyOf(outputs.get("logits")!, heldLabels, spec.classes));
    },
    feedsOfEpoch: async (epoch, own) => {
      if (!varies) return undefined;
      const { images, numbers } = ofImages(training, own);
      const inOrder = inUnits(images, numbers, units);
      return { images: augmented(inOrder, numbers, shape, { flip, shift }, { seed, epoch }) };
    },
  };
  return {
    task,
    takeAccuracies() {
      const taken = accuracies;
      accuracies = [];
      return taken;
    },
  };
}

/** Some of a portion, by their places in it. */
function ofImages(portion: ImagePortion, own: Int32Array | undefined): ImagePortion {
  return own === undefined ? portion : { ...portion, numbers: own.map((i) => portion.numbers[i]!) };
}

function accuracyOf(logits: Floats, labels: Float32Array, classes: number): number {
  let right = 0;
  for (const [r, label] of labels.entries())
    if (largest(logits.subarray(r * classes, (r + 1) * classes)) === label) right++;
  return right / labels.length;
}
