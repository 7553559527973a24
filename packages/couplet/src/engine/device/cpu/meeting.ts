/** The host's part in a step that several processes share: thread 0 waits while the reducer adds what the others have. */
import type { StepReducer } from "../device.ts";
import { control } from "./protocol.ts";
import type { TrainAddresses } from "./protocol.ts";

/** One job's meetings, a step each. */
export class Meeting {
  readonly #memory: WebAssembly.Memory;
  readonly #ints: Int32Array;
  readonly #totals: Float64Array;
  readonly #reducer: StepReducer;
  /** What the reducer failed with; the job ends with the step that met it. */
  failure: Error | undefined;

  constructor(memory: WebAssembly.Memory, controlAt: number, reducer: StepReducer) {
    this.#memory = memory;
    this.#ints = new Int32Array(memory.buffer, controlAt, control.floats / 4);
    const at = controlAt + control.floats + control.totals * 8;
    this.#totals = new Float64Array(memory.buffer, at, 2);
    this.#reducer = reducer;
  }

  /** Replaces the sums of this process by those of all, and lets the threads go on. */
  async hold({ gradients, parameterCount }: TrainAddresses): Promise<void> {
    let answer = 1;
    try {
      const { loss, drift, verdict } = await this.#reducer.reduce(
        new Float32Array(this.#memory.buffer, gradients, parameterCount),
        {
          loss: this.#totals[0]!,
          drift: this.#totals[1]!,
          verdict: Atomics.load(this.#ints, control.verdict),
        },
      );
      this.#totals.set([loss, drift]);
      Atomics.store(this.#ints, control.verdict, verdict);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      answer = 2;
    }
    Atomics.store(this.#ints, control.answer, answer);
    Atomics.notify(this.#ints, control.answer);
  }
}
