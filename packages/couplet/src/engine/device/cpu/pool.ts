/** The worker threads of one device: started when first needed, one job at a time. */
import { CoupletError } from "../../../error.ts";
import { death } from "../../../threads/death.ts";
import type { Thread } from "../../../threads/host.ts";
import type {
  DiagnoseJob,
  ForwardJob,
  FromWorker,
  ReadMemory,
  Start,
  ToWorker,
  TrainJob,
} from "./protocol.ts";

type Job = ForwardJob | TrainJob | DiagnoseJob | ReadMemory;
type WithoutNumber<T> = T extends unknown ? Omit<T, "job"> : never;

/** What the threads found when they started. */
export interface PoolReport {
  /** Name of the matrix product: a BLAS library, or `wasm`. */
  readonly gemm: string;
  readonly blasReason: string | undefined;
}

/** The threads of a device. One that dies, or fails while others wait for it, ends the pool. */
export class Pool {
  readonly #workers: Thread<ToWorker, FromWorker>[] = [];
  readonly #replies = new Map<
    number,
    {
      waiting: number;
      readonly results: unknown[];
      failure: CoupletError | undefined;
      /** Whether threads wait for each other within the job. */
      readonly meets: boolean;
      resolve(r: unknown[]): void;
      reject(e: Error): void;
      readonly onMeet: (() => void) | undefined;
    }
  >();
  readonly #report: Promise<PoolReport>;
  #nextJob = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #broken: CoupletError | undefined;
  /** Messages from before the threads were told to start. */
  #early: ToWorker[] | undefined = [];

  /**
   * @param spawn starts a thread
   * @param prepared what has to be done on the host's thread before the others start
   */
  constructor(
    spawn: () => Thread<ToWorker, FromWorker>,
    starts: readonly Omit<Start, "type">[],
    prepared: Promise<unknown>,
  ) {
    const ready: Promise<PoolReport>[] = [];
    for (const i of starts.keys()) {
      const worker = spawn();
      this.#workers.push(worker);
      worker.setBusy(true);
      ready.push(
        new Promise((resolve, reject) => {
          worker.onMessage((message) => {
            if (message.type === "ready") resolve(message);
            else this.#receive(i, message);
          });
          worker.onError((cause) => {
            const error = death(i, cause, "Dispose the model, and make or load it again.");
            // A thread that dispose ended did not die.
            reject(this.#broken ?? error);
            this.#end(error);
          });
        }),
      );
    }
    // A failure to prepare is each thread's own to find and to report.
    void prepared
      .catch(() => undefined)
      .then(() => {
        for (const [i, start] of starts.entries())
          this.#workers[i]!.post({ type: "start", ...start });
        const early = this.#early!;
        this.#early = undefined;
        for (const message of early) this.tell(message);
      });
    this.#report = Promise.all(ready).then((reports) => {
      for (const worker of this.#workers) worker.setBusy(false);
      return reports[0]!;
    });
    // Jobs report the failure too; this one must not count as unhandled.
    this.#report.catch(() => undefined);
  }

  /** What the threads found at their start. */
  get report(): Promise<PoolReport> {
    return this.#report;
  }

  /** A message to all threads that needs no answer. */
  tell(message: ToWorker): void {
    if (this.#early !== undefined) this.#early.push(message);
    else for (const worker of this.#workers) worker.post(message);
  }

  /** Runs a job on all threads, or on as many as it needs, after all jobs before it. `onMeet` is called when a step meets the host. */
  run(
    job: WithoutNumber<Job>,
    {
      before,
      onMeet,
    }: { readonly before?: () => void; readonly onMeet?: (() => void) | undefined } = {},
  ): Promise<unknown[]> {
    const result = this.#queue.then(async () => {
      await this.#report;
      if (this.#broken !== undefined) throw this.#broken;
      before?.();
      return this.#send(job, onMeet);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  dispose(): void {
    this.#end(
      new CoupletError({
        code: "DISPOSED",
        where: "cpu device",
        expected: "a live device",
        received: "a disposed one",
      }),
    );
  }

  #send(job: WithoutNumber<Job>, onMeet: (() => void) | undefined): Promise<unknown[]> {
    const number = this.#nextJob++;
    const count =
      job.type === "read" ? 1 : job.type === "train" ? job.threads : this.#workers.length;
    const workers = this.#workers.slice(0, count);
    for (const worker of workers) worker.setBusy(true);
    return new Promise<unknown[]>((resolve, reject) => {
      const meets = job.type === "train" && workers.length > 1;
      this.#replies.set(number, {
        waiting: workers.length,
        results: [],
        failure: undefined,
        meets,
        resolve,
        reject,
        onMeet,
      });
      for (const worker of workers) worker.post({ ...job, job: number });
    }).finally(() => {
      for (const worker of workers) worker.setBusy(false);
    });
  }

  #receive(worker: number, message: Exclude<FromWorker, { type: "ready" }>): void {
    const reply = this.#replies.get(message.job);
    if (message.type === "meet") {
      reply?.onMeet?.();
      return;
    }
    if (message.type === "failed") {
      const error = new CoupletError({
        code: message.code ?? "INTERNAL",
        where: `worker ${worker}`,
        expected: "a finished job",
        received: message.message,
      });
      // The other threads would wait for this one for ever.
      if (reply === undefined || reply.meets) {
        this.#end(error);
        return;
      }
      reply.failure ??= error;
    } else if (reply === undefined) return;
    else reply.results[worker] = message.result;
    // After a failure too: a thread that is still at this job would take tiles of the next one.
    if (--reply.waiting > 0) return;
    this.#replies.delete(message.job);
    if (reply.failure === undefined) reply.resolve(reply.results);
    else reply.reject(reply.failure);
  }

  /** Rejects all jobs, now and later, and ends all threads, also those that wait for another. */
  #end(error: CoupletError): void {
    this.#broken ??= error;
    for (const reply of this.#replies.values()) reply.reject(error);
    this.#replies.clear();
    for (const worker of this.#workers) worker.terminate();
  }
}
