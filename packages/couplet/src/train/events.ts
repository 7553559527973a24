/** Planned bytes of a training, all threads together. The data come on top: rows x columns of 4 bytes. */
export interface PlannedMemory {
  /** Activations and their gradients during a step, by `memory`. */
  readonly activations: { readonly store: number; readonly reversible: number };
  readonly parameters: number;
  /** Gradients of the parameters, one set for each lane of a batch. */
  readonly gradients: number;
  /** Adam's two moments, and the moving average where one is kept. */
  readonly moments: number;
}

/** What training tells while it runs. Losses are mean negative log-densities, nats per row, in the user's units. */
export type TrainEvent =
  | {
      readonly type: "start";
      readonly trainingRows: number;
      readonly validationRows: number;
      readonly epochs: number;
      readonly batch: number;
      readonly parameters: number;
      /** Bytes that a step takes, in either mode of `memory`. */
      readonly plannedMemory: PlannedMemory;
      /** Validation loss before the first step. */
      readonly validationLoss: number;
      /** The same of a full-covariance Gaussian fitted to the training rows: the mark to pass. NaN for flows of integers, whose probabilities are not densities. */
      readonly gaussianLoss: number;
    }
  | {
      readonly type: "progress";
      readonly epoch: number;
      readonly epochs: number;
      /** Steps done and to do, in the whole run. */
      readonly step: number;
      readonly steps: number;
      /** Of the second half of the run so far. */
      readonly rowsPerSecond: number;
      readonly elapsedMs: number;
      /** Time left at that speed: to the last epoch, or to the end of the patience once half of it is used up. */
      readonly etaMs: number;
    }
  | {
      readonly type: "epoch";
      /** 1 for the first. */
      readonly epoch: number;
      readonly epochs: number;
      /** Negative values are fine: a density may exceed 1. */
      readonly trainLoss: number;
      readonly validationLoss: number;
      readonly best: { readonly epoch: number; readonly validationLoss: number };
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly skippedSteps: number;
      readonly rowsPerSecond: number;
      readonly elapsedMs: number;
      readonly etaMs: number;
    }
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "end";
      /** All epochs done, no better epoch for long enough, `stop` aborted, or `maxMinutes` over. */
      readonly reason: "epochs" | "patience" | "stopped" | "time";
      readonly best: { readonly epoch: number; readonly validationLoss: number };
      /** Validation loss of the Gaussian; the model is better when its own is lower. */
      readonly gaussianLoss: number;
      readonly elapsedMs: number;
    };
