/** Training a classifier of images by cross-entropy. */
import type { Rows } from "../flow/model/rows.ts";
import { Run } from "../train/run.ts";
import type { RunEvent } from "../train/run.ts";
import { ClassifierRun } from "./classifier-run.ts";
import type { ClassifierEvent } from "./events.ts";
import type { ClassifierModel } from "./model.ts";
import type { ClassifierOptions } from "./options.ts";
import type { NetworkSpec } from "./spec.ts";

/**
 * Fits a classifier: minimises the mean cross-entropy of softmax outputs against labels. With `memory: "reversible"` the activations of a
 * stage are rebuilt on the way back, each function inside a coupling computed once for the rebuilt input and for its gradient (Gomez et al.
 * 2017, algorithm 1): memory does not grow with depth, and a step takes about a third more time.
 *
 * The parameters of the epoch with the lowest held-out loss are kept. The same seed gives the same bits, for any number of threads
 * and of processes that share it by `reducer`.
 *
 * @param start a spec (`revNet`, `denseNet`), or a model to go on from, which stays as it is
 * @param images images x (height x width x channels), channels last; bytes or numbers
 * @param labels one per image, integers from 0
 * @returns a {@link Run}: await it for the trained model (dispose it when done), or iterate over its events
 * @throws CoupletError SPEC_INVALID, SHAPE_MISMATCH, NON_FINITE_INPUT, DATA_INVALID, USAGE; OUT_OF_MEMORY with the sizes where stored
 *   activations do not fit; DIVERGED after ten steps in a row without a finite gradient; what `options.signal` was aborted with
 * @example
 * import { fitClassifier, revNet } from "couplet/reversible";
 * const network = revNet({ shape: [28, 28, 1], classes: 10 });
 * const model = await fitClassifier(network, digits.data, labels, { epochs: 5, seed: 1 });
 * const { classes } = await model.predict(digits.data);
 */
export function fitClassifier(
  start: NetworkSpec | ClassifierModel,
  images: Rows,
  labels: ArrayLike<number>,
  options: ClassifierOptions = {},
): Run<ClassifierEvent, ClassifierModel> {
  return new Run((stop) => classifierEvents(start, images, labels, options, stop));
}

async function* classifierEvents(
  start: NetworkSpec | ClassifierModel,
  images: Rows,
  labels: ArrayLike<number>,
  options: ClassifierOptions,
  stop: AbortSignal,
): AsyncGenerator<RunEvent<ClassifierEvent, ClassifierModel>, ClassifierModel, void> {
  let run: ClassifierRun | undefined;
  let finished = false;
  try {
    run = await ClassifierRun.begin(start, images, labels, {
      ...options,
      stop: options?.stop === undefined ? stop : AbortSignal.any([options.stop, stop]),
    });
    for await (const event of run.events()) {
      options.onEvent?.(event);
      if (event.type === "epoch") options.onEpoch?.(event);
      yield event;
    }
    finished = true;
    return run.model;
  } finally {
    run?.end(finished);
    // The other processes would wait for this one for ever.
    if (!finished) options?.reducer?.leave("its training ended before the others'");
  }
}
