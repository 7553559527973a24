/** The calls of MPI that training takes, each awaited without blocking the event loop. */
import { CoupletError } from "../../error.ts";
import type { MpiLibrary } from "./library.ts";

/** Milliseconds of looking again at once, then between looks: a step's messages take less than the first. */
const SPIN_MS = 20;
const REST_MS = 1;

/** MPI's world, for one thread of this process. */
export class MpiChannel {
  readonly rank: number;
  readonly ranks: number;
  readonly #mpi: MpiLibrary;
  /** What ends whatever waits. */
  #failure: Error | undefined;
  /** How many calls this rank has started: all ranks make the same ones, in the same order. */
  #started = 0;
  /** After so many calls another rank has ended: a further one would wait for ever. */
  #most = Infinity;
  #onFurtherCall: (() => void) | undefined;
  /** The arrays of calls that have not ended: MPI reads and writes them after the call that starts it has returned. */
  readonly #inFlight = new Set<readonly ArrayBufferView[]>();

  private constructor(mpi: MpiLibrary) {
    this.#mpi = mpi;
    const { calls, handles } = mpi;
    const out = fixedInts(1, () => 0);
    this.#check(calls.rank(handles.world, out));
    this.rank = out[0]!;
    this.#check(calls.size(handles.world, out));
    this.ranks = out[0]!;
  }

  /** Initialises MPI, unless the program has, and asks it to report errors rather than to end the process. */
  static open(mpi: MpiLibrary): MpiChannel {
    const { calls, handles } = mpi;
    const flag = fixedInts(1, () => 0);
    calls.initialized(flag);
    if (flag[0] === 0) {
      const code = calls.initThread(handles.serialized, flag);
      if (code !== 0 || flag[0]! < handles.serialized) {
        throw new CoupletError({
          code: "DEVICE_UNAVAILABLE",
          where: `mpi: ${mpi.library}`,
          expected: "MPI_Init_thread to grant MPI_THREAD_SERIALIZED",
          received: code === 0 ? `level ${flag[0]}` : `error ${code}`,
        });
      }
    }
    calls.setErrorHandler(handles.world, handles.errorsReturn);
    return new MpiChannel(mpi);
  }

  /** Whatever waits, now or later, rejects with this error. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** How many calls this rank has started. */
  get started(): number {
    return this.#started;
  }

  /** Another rank has ended after so many calls: calls `onFurtherCall` at the next one of this rank, or now if it has come already. */
  endAfter(calls: number, onFurtherCall: () => void): void {
    if (calls >= this.#most) return;
    this.#most = calls;
    this.#onFurtherCall = onFurtherCall;
    if (this.#started > calls) onFurtherCall();
  }

  /** Rank 0's bytes to everyone's `bytes`. */
  broadcast(bytes: Uint8Array): Promise<void> {
    const { calls, handles } = this.#mpi;
    return this.#done([bytes], (request) =>
      calls.broadcast(bytes, bytes.length, handles.byte, 0, handles.world, request),
    );
  }

  /** Everyone's bytes, in the order of ranks; as many from each. */
  async allGather(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const { calls, handles } = this.#mpi;
    const all = new Uint8Array(new ArrayBuffer(bytes.length * this.ranks));
    await this.#done([bytes, all], (request) =>
      calls.allGather(
        bytes,
        bytes.length,
        handles.byte,
        all,
        bytes.length,
        handles.byte,
        handles.world,
        request,
      ),
    );
    return all;
  }

  /** Everyone's `from`, of counts[rank] bytes each, to `to` at their starts. */
  gatherInto(
    from: Uint8Array,
    to: Uint8Array,
    counts: Int32Array,
    starts: Int32Array,
  ): Promise<void> {
    const { calls, handles } = this.#mpi;
    return this.#done([from, to, counts, starts], (request) =>
      calls.allGatherV(
        from,
        from.length,
        handles.byte,
        to,
        counts,
        starts,
        handles.byte,
        handles.world,
        request,
      ),
    );
  }

  /** Part s of `from` to rank s; `to` takes part `rank` of everyone, in the order of ranks. */
  exchange(
    from: Uint8Array,
    counts: Int32Array,
    starts: Int32Array,
    to: Uint8Array,
  ): Promise<void> {
    const { calls, handles } = this.#mpi;
    const own = counts[this.rank]!;
    const toCounts = fixedInts(this.ranks, () => own);
    const toStarts = fixedInts(this.ranks, (rank) => own * rank);
    return this.#done([from, counts, starts, to, toCounts, toStarts], (request) =>
      calls.allToAllV(
        from,
        counts,
        starts,
        handles.byte,
        to,
        toCounts,
        toStarts,
        handles.byte,
        handles.world,
        request,
      ),
    );
  }

  /** Ends MPI, unless it has ended. Waits for all ranks. */
  finalize(): void {
    const flag = fixedInts(1, () => 0);
    this.#mpi.calls.finalized(flag);
    if (flag[0] === 0) this.#mpi.calls.finalize();
  }

  async #done(
    arrays: readonly ArrayBufferView[],
    start: (request: BigInt64Array) => number,
  ): Promise<void> {
    this.#started += 1;
    if (this.#started > this.#most) this.#onFurtherCall?.();
    this.#throwIfFailed();
    const request = new BigInt64Array(new ArrayBuffer(8));
    this.#inFlight.add(arrays);
    this.#check(start(request));
    const flag = fixedInts(1, () => 0);
    const status = new Uint8Array(new ArrayBuffer(64));
    const began = performance.now();
    for (;;) {
      this.#check(this.#mpi.calls.test(request, flag, status));
      if (flag[0] !== 0) {
        this.#inFlight.delete(arrays);
        return;
      }
      this.#throwIfFailed();
      await new Promise<void>((resolve) => {
        if (performance.now() - began < SPIN_MS) setImmediate(resolve);
        else setTimeout(resolve, REST_MS);
      });
    }
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #check(code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(8192);
    const length = fixedInts(1, () => 0);
    this.#mpi.calls.errorString(code, text, length);
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: `mpi: ${this.#mpi.library}`,
      expected: "a call that succeeds",
      received: new TextDecoder().decode(text.subarray(0, length[0])) || `error ${code}`,
    });
  }
}

/** Numbers at an address that stays: V8 moves short typed arrays that have no buffer of their own. */
export function fixedInts(length: number, of: (index: number) => number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(new ArrayBuffer(length * 4));
  for (let i = 0; i < length; i++) out[i] = of(i);
  return out;
}
