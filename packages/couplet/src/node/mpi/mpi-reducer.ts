/**
 * The sum over ranks with MPI as the transport: MPI moves, and never adds, so that the order of additions is ours and every rank has the same bits.
 *
 * Rank r owns slice r of the gradient. (1) Everyone sends slice s to rank s; (2) the owner adds what it has of all ranks by the binary tree
 * over ranks; (3) the sums are gathered by all. Bytes that a rank sends: 2 n (P - 1) / P of n, as a ring does.
 */
import type { StepSums } from "../../engine/device/device.ts";
import { CoupletError } from "../../error.ts";
import type { Reducer } from "../../train/reducer.ts";
import { fixedInts } from "./channel.ts";
import type { MpiChannel } from "./channel.ts";
import { openLifeline } from "./lifeline.ts";
import type { Lifeline } from "./lifeline.ts";

/** A {@link Reducer} over MPI. */
export interface MpiReducer extends Reducer {
  /** The MPI in use: its version and library. */
  readonly library: string;
  /** Bytes that this rank has sent to others so far. */
  readonly bytesSent: number;
  /**
   * Ends the part of this rank in common work: waits for all ranks, then finalises MPI. Called by itself when the process ends
   * without an error.
   */
  close(): Promise<void>;
}

/** How a gradient is cut: bytes and starts of each rank's slice. */
interface Slices {
  readonly floats: number;
  readonly counts: Int32Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
  /** What this rank owns, of every rank. */
  readonly received: Float32Array<ArrayBuffer>;
}

/** Milliseconds that a rank stays after it has failed: launchers end all others as soon as one has ended, and they save first. */
const LINGER_MS = 3_000;

export class OrderedReducer implements MpiReducer {
  readonly rank: number;
  readonly ranks: number;
  readonly library: string;
  bytesSent = 0;
  readonly #channel: MpiChannel;
  #lifeline: Lifeline | undefined;
  #slices: Slices | undefined;
  #state: "working" | "failed" | "closed" = "working";

  private constructor(channel: MpiChannel, library: string) {
    this.#channel = channel;
    this.rank = channel.rank;
    this.ranks = channel.ranks;
    this.library = library;
  }

  static async open(channel: MpiChannel, library: string): Promise<OrderedReducer> {
    const reducer = new OrderedReducer(channel, library);
    reducer.#lifeline = await openLifeline(channel, (rank, reason) => {
      reducer.#state = "failed";
      channel.fail(
        new CoupletError({
          code: "DEVICE_UNAVAILABLE",
          where: `mpi: rank ${reducer.rank} of ${reducer.ranks}`,
          problem: `rank ${rank} has left: ${reason}`,
          expected: `${reducer.ranks} ranks`,
          received: `the end of rank ${rank}`,
          hint: "Start all ranks again, with --resume (or the option resume) if a checkpoint was saved.",
        }),
      );
    });
    process.once("exit", (code) => reducer.#atExit(code));
    return reducer;
  }

  async reduce(gradient: Float32Array, sums: StepSums): Promise<StepSums> {
    const { counts, starts, received } = this.#slicesOf(gradient.length);
    const bytes = bytesOf(gradient);
    await this.#channel.exchange(bytes, counts, starts, bytesOf(received));
    const own = counts[this.rank]! / 4;
    addByTree(received, own, this.ranks);
    await this.#channel.gatherInto(bytesOf(received.subarray(0, own)), bytes, counts, starts);
    this.bytesSent += bytes.length - counts[this.rank]! + (this.ranks - 1) * counts[this.rank]!;
    return this.#reduceSums(sums);
  }

  async broadcast(value: number): Promise<number> {
    const number = new Float64Array(new ArrayBuffer(8));
    number[0] = value;
    await this.#channel.broadcast(bytesOf(number));
    return number[0];
  }

  leave(reason: string): void {
    if (this.#state !== "working") return;
    this.#state = "failed";
    this.#lifeline?.leave(reason);
    this.#channel.fail(
      new CoupletError({
        code: "DEVICE_UNAVAILABLE",
        where: `mpi: rank ${this.rank} of ${this.ranks}`,
        problem: `this rank has left: ${reason}`,
        expected: "a rank that takes part",
        received: "a rank that has left",
      }),
    );
  }

  async close(): Promise<void> {
    if (this.#state !== "working") return;
    // Ranks that are done wait here, at little cost, for the one that still writes.
    await this.#channel.allGather(new Uint8Array(new ArrayBuffer(8)));
    this.#state = "closed";
    this.#lifeline?.close();
    this.#channel.finalize();
  }

  #atExit(code: number): void {
    if (this.#state === "working" && code === 0) {
      this.#lifeline?.close();
      this.#channel.finalize();
    } else if (this.#state === "failed") {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINGER_MS);
    }
  }

  async #reduceSums({ loss, drift, verdict }: StepSums): Promise<StepSums> {
    const own = new Float64Array(new ArrayBuffer(24));
    own.set([loss, drift, verdict]);
    const all = new Float64Array((await this.#channel.allGather(bytesOf(own))).buffer);
    this.bytesSent += 24 * (this.ranks - 1);
    const losses = Float64Array.from({ length: this.ranks }, (_, r) => all[3 * r]!);
    addByTree(losses, 1, this.ranks);
    let most = -Infinity;
    for (let r = 0; r < this.ranks; r++) most = Math.max(most, all[3 * r + 1]!);
    return { loss: losses[0]!, drift: most, verdict: all[2]! };
  }

  #slicesOf(floats: number): Slices {
    if (this.#slices?.floats === floats) return this.#slices;
    const edge = (r: number) => Math.floor((floats * r) / this.ranks);
    const counts = fixedInts(this.ranks, (r) => 4 * (edge(r + 1) - edge(r)));
    this.#slices = {
      floats,
      counts,
      starts: fixedInts(this.ranks, (r) => 4 * edge(r)),
      received: new Float32Array(new ArrayBuffer(counts[this.rank]! * this.ranks)),
    };
    return this.#slices;
  }
}

/** Adds `parts` (a power of two) of `length` numbers each: ((0 + 1) + (2 + 3)) + ..., into the first. */
function addByTree(values: Float32Array | Float64Array, length: number, parts: number): void {
  for (let stride = 1; stride < parts; stride *= 2) {
    for (let part = 0; part + stride < parts; part += 2 * stride) {
      const [to, from] = [part * length, (part + stride) * length];
      for (let i = 0; i < length; i++) values[to + i] = values[to + i]! + values[from + i]!;
    }
  }
}

function bytesOf(numbers: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
