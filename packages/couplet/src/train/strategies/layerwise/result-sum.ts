/** The results of several jobs of steps as one. */
import type { TrainResult } from "../../../engine/device/device.ts";

/** Sums of results; the last one's state counts. */
export class ResultSum {
  #sum: TrainResult;

  constructor(skippedInARow: number) {
    this.#sum = {
      steps: 0,
      loss: 0,
      weight: 0,
      skipped: 0,
      skippedInARow,
      lastNorm: 0,
      stopped: "steps",
      drift: 0,
      times: undefined,
    };
  }

  get skippedInARow(): number {
    return this.#sum.skippedInARow;
  }

  add(result: TrainResult): void {
    const { loss, weight, skipped, drift } = this.#sum;
    this.#sum = {
      ...result,
      loss: loss + result.loss,
      weight: weight + result.weight,
      skipped: skipped + result.skipped,
      drift: Math.max(drift, result.drift),
    };
  }

  /** All of it as the result of a job that came `steps` batches further. */
  as(steps: number): TrainResult {
    return { ...this.#sum, steps };
  }
}
