/** Tasks side by side on worker threads: one task a thread at a time, results in the order of the tasks. */
import { threadHost } from "#threads";
import { internalError } from "../error.ts";
import { death } from "./death.ts";
import type { Thread, WorkerFile } from "./host.ts";

/** A task on its way to a worker. */
export interface FarmTask<Task> {
  readonly index: number;
  readonly task: Task;
}

/** What a worker says of its task: a fraction on the way, then the result or why there is none. */
export type FarmReply<Result> =
  | { readonly index: number; readonly fraction: number }
  | { readonly index: number; readonly result: Result }
  | { readonly index: number; readonly failure: string };

/** How tasks are run. */
export interface FarmOptions {
  /** Workers, at most one a task. */
  readonly threads: number;
  /** The program that calls {@link serveFarm}. */
  readonly file: WorkerFile;
  readonly signal?: AbortSignal | undefined;
  /** Fraction of all tasks done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Runs tasks on workers of their own, which end with the last task.
 *
 * @throws `signal.reason` once aborted; CoupletError INTERNAL when a task fails, DEVICE_UNAVAILABLE when a thread dies
 */
export async function farm<Task, Result>(
  tasks: readonly Task[],
  { threads, file, signal, onProgress }: FarmOptions,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const results: Result[] = [];
  if (tasks.length === 0) {
    onProgress?.(1);
    return results;
  }
  const fractions = new Float64Array(tasks.length);
  const workers: Thread<FarmTask<Task>, FarmReply<Result>>[] = [];
  let next = 0;
  let finished = 0;
  let abort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(signal?.reason as Error);
      signal?.addEventListener("abort", abort, { once: true });
      for (let i = 0; i < Math.min(threads, tasks.length); i++) {
        const worker = threadHost.spawn<FarmTask<Task>, FarmReply<Result>>(file);
        workers.push(worker);
        worker.setBusy(true);
        worker.onError((cause) => reject(death(i, cause)));
        worker.onMessage((reply) => {
          if ("failure" in reply) {
            reject(internalError(reply.failure));
            return;
          }
          fractions[reply.index] = "fraction" in reply ? reply.fraction : 1;
          onProgress?.(fractions.reduce((sum, f) => sum + f, 0) / tasks.length);
          if ("fraction" in reply) return;
          results[reply.index] = reply.result;
          if (++finished === tasks.length) resolve();
          else if (next < tasks.length) worker.post({ index: next, task: tasks[next++]! });
        });
        worker.post({ index: next, task: tasks[next++]! });
      }
    });
  } finally {
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.terminate();
  }
  return results;
}

/**
 * A worker's side of {@link farm}: runs `work` on each task that comes.
 *
 * @param work yields the fraction of the task that is done (told on in steps of a hundredth) and returns its result
 */
export function serveFarm<Task, Result>(
  work: (task: Task) => Generator<number, Result, void>,
): void {
  const port = threadHost.port<FarmTask<Task>, FarmReply<Result>>();
  port.onMessage(({ index, task }) => {
    try {
      const run = work(task);
      let step = run.next();
      for (let told = 0; step.done !== true; step = run.next()) {
        if (step.value < told + 0.01) continue;
        told = step.value;
        port.post({ index, fraction: told });
      }
      port.post({ index, result: step.value });
    } catch (error) {
      port.post({ index, failure: error instanceof Error ? error.message : String(error) });
    }
  });
}
