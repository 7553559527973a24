/** What a run is made with, once the options and the data are known. */

/** All numbers that a run is made with; part of the checkpoint. */
export interface TrainSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly patience: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly ema: number;
  readonly seed: number;
  readonly standardise: boolean;
  readonly memory: "store" | "reversible";
  readonly driftTolerance: number;
  /** `lanes`: each lane has a part of the rows of its own; any row at any place when absent. */
  readonly order?: "lanes";
  /** Momentum of stochastic gradient descent; Adam when absent. */
  readonly momentum?: number;
  /** `steps`: the rate falls to a tenth at half and at three quarters of the steps; a half cosine when absent. */
  readonly schedule?: "steps";
}
