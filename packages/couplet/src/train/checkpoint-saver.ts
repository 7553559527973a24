/** When a run saves its state, and what becomes of a save that fails. */
import type { TrainEvent } from "./events.ts";
import type { TrainOptions } from "./options.ts";

/** Saves checkpoints at their time. A save that fails is a warning, said again only once one has gone well in between. */
export class CheckpointSaver {
  readonly #checkpoint: TrainOptions["checkpoint"];
  #last = performance.now();
  #failed = false;

  constructor(checkpoint: TrainOptions["checkpoint"]) {
    this.#checkpoint = checkpoint;
  }

  /**
   * @param now whether the run ends: saves before the time, and says a failure in any case
   * @param bytes makes the checkpoint, when it is wanted
   * @returns the warning, where one is due
   */
  async save(
    now: boolean,
    bytes: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Extract<TrainEvent, { type: "warning" }> | undefined> {
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined) return undefined;
    const due = performance.now() - this.#last > 1000 * (checkpoint.everySeconds ?? 60);
    if (!due && !now) return undefined;
    const made = await bytes();
    this.#last = performance.now();
    try {
      await checkpoint.save(made);
      this.#failed = false;
      return undefined;
    } catch (error) {
      const again = this.#failed;
      this.#failed = true;
      if (again && !now) return undefined;
      return {
        type: "warning",
        message: `the checkpoint could not be saved, and the training continues without it: ${(error as Error).message}`,
      };
    }
  }
}
