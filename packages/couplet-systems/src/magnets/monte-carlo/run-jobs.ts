import { CoupletError, internalError } from "couplet/kit";
import type { Job, JobResult } from "./job.ts";
import { kernelModule } from "./kernels.ts";
import { runJob } from "./run-job.ts";

/** How jobs are run. */
export interface JobOptions {
  /**
   * Worker threads; 0 runs in the calling thread, in slices. Default: one a processor where workers exist (Node) and
   * the work is worth the start of a thread, else 0. The results do not depend on it.
   */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Fraction of all jobs done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Below this many spin updates a worker costs more than it saves (a thread starts in about 50 ms). */
const WORTH_A_THREAD = 3e7;

/** Runs jobs side by side; results in the order of the jobs. Rejects with `signal.reason` when aborted. */
export async function runJobs(
  jobs: readonly Job[],
  options: JobOptions = {},
): Promise<JobResult[]> {
  options.signal?.throwIfAborted();
  const module = await kernelModule();
  const { threads } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 0)) {
    throw new CoupletError({
      code: "USAGE",
      where: "monteCarlo: threads",
      expected: "a whole number, 0 or more",
      received: String(threads),
    });
  }
  const inNode = globalThis.process?.versions?.node !== undefined;
  const work = jobs.reduce((sum, job) => sum + updatesOf(job), 0);
  const wanted =
    threads ?? (inNode && jobs.length > 1 && work > WORTH_A_THREAD ? await processors() : 0);
  if (wanted === 0) return inline(jobs, module, options);
  const url = await workerUrl(threads !== undefined);
  return url === undefined
    ? inline(jobs, module, options)
    : inWorkers(jobs, module, options, Math.min(wanted, jobs.length), url);
}

function updatesOf(job: Job): number {
  // Multi-spin words hold 128 spins but cost about as much as four single ones.
  const width = job.update === "wolff" ? 1 : 4;
  return (job.thermalise + job.measurements * job.interval) * job.lattice.sites * width;
}

async function processors(): Promise<number> {
  const { availableParallelism } = await import("node:os");
  return availableParallelism();
}

async function workerUrl(required: boolean): Promise<URL | undefined> {
  const { existsSync } = await import("node:fs");
  // From src (tests) as from dist: workers run the compiled file.
  const url = new URL("../../../dist/magnets/monte-carlo/worker.js", import.meta.url);
  if (existsSync(url)) return url;
  if (!required) return undefined;
  throw new CoupletError({
    code: "DEVICE_UNAVAILABLE",
    where: "monteCarlo: threads",
    expected: "the compiled worker",
    received: "no dist/ folder",
    hint: "In a checkout, run: npm run build. Or pass threads: 0.",
  });
}

async function inline(
  jobs: readonly Job[],
  module: WebAssembly.Module,
  options: JobOptions,
): Promise<JobResult[]> {
  const results: JobResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const run = runJob(job, module);
    let step = run.next();
    for (; !step.done; step = run.next()) {
      options.onProgress?.((index + step.value) / jobs.length);
      await new Promise((resolve) => setTimeout(resolve, 0));
      options.signal?.throwIfAborted();
    }
    results.push(step.value);
  }
  options.onProgress?.(1);
  return results;
}

async function inWorkers(
  jobs: readonly Job[],
  module: WebAssembly.Module,
  options: JobOptions,
  threads: number,
  url: URL,
): Promise<JobResult[]> {
  const { Worker } = await import("node:worker_threads");
  const results = new Array<JobResult>(jobs.length);
  const fractions = new Float64Array(jobs.length);
  const workers = Array.from({ length: threads }, () => new Worker(url, { execArgv: [] }));
  let next = 0,
    finished = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason), {
        once: true,
      });
      for (const worker of workers) {
        const feed = (): void => {
          if (next < jobs.length) worker.postMessage({ index: next, job: jobs[next++], module });
        };
        worker.on("error", reject);
        worker.on(
          "message",
          (message: { index: number; fraction?: number; result?: JobResult; failure?: string }) => {
            if (message.failure !== undefined) return reject(internalError(message.failure));
            fractions[message.index] = message.fraction ?? 1;
            options.onProgress?.(fractions.reduce((sum, f) => sum + f, 0) / jobs.length);
            if (message.result === undefined) return;
            results[message.index] = message.result;
            if (++finished === jobs.length) resolve();
            else feed();
          },
        );
        feed();
      }
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}
