/**
 * A barrier for the threads of one pool: spin a little, then sleep. Steps are a millisecond long,
 * so a futex wake-up at each of three barriers would be felt; and a thread that spins for long
 * would steal the core from the others.
 */

/** Two int32: threads arrived, generation. */
export const BARRIER_INTS = 2;

/** About 20 microseconds of polling before a thread sleeps. */
const SPINS = 4_000;

export class Barrier {
  readonly #ints: Int32Array;
  readonly #at: number;
  readonly #threads: number;

  constructor(ints: Int32Array, at: number, threads: number) {
    this.#ints = ints;
    this.#at = at;
    this.#threads = threads;
  }

  wait(): void {
    if (this.#threads === 1) return;
    const ints = this.#ints;
    const generation = this.#at + 1;
    const current = Atomics.load(ints, generation);
    if (Atomics.add(ints, this.#at, 1) === this.#threads - 1) {
      Atomics.store(ints, this.#at, 0);
      Atomics.add(ints, generation, 1);
      Atomics.notify(ints, generation);
      return;
    }
    for (let i = 0; i < SPINS; i++) if (Atomics.load(ints, generation) !== current) return;
    while (Atomics.load(ints, generation) === current) Atomics.wait(ints, generation, current);
  }
}
