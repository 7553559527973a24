/** What the training of a classifier tells. */
import type { TrainEvent } from "../train/events.ts";
import type { ClassificationMetrics } from "./metrics.ts";

type Of<T extends TrainEvent["type"]> = Extract<TrainEvent, { readonly type: T }>;

/** Losses are in nats per image: in training the cross-entropy with smoothed labels, on held-out images the negative log-likelihood. */
export type ClassifierEvent =
  | Omit<Of<"start">, "gaussianLoss">
  | Of<"progress">
  | (Of<"epoch"> & {
      /** Share of the held-out images whose most probable class is the label. */ readonly accuracy: number;
    })
  | Of<"warning">
  | (Omit<Of<"end">, "gaussianLoss"> & {
      /** Of the model that comes back, on the held-out images. */
      readonly heldOut: ClassificationMetrics;
    });
