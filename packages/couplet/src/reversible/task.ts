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
    feeds: () => ({
      images: inUnits(portion.images, portion.numbers, units),
      labels: labelsOf(portion),
    }),
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
    feedsOfEpoch: async (epoch) => {
      if (!varies) return undefined;
      const images = inUnits(training.images, training.numbers, units);
      return {
        images: augmented(images, training.numbers, shape, { flip, shift }, { seed, epoch }),
      };
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

function accuracyOf(logits: Floats, labels: Float32Array, classes: number): number {
  let right = 0;
  for (const [r, label] of labels.entries())
    if (largest(logits.subarray(r * classes, (r + 1) * classes)) === label) right++;
  return right / labels.length;
}
