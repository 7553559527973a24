import { CoupletError, farm, threadHost } from "couplet/kit";
import type { WorkerFile } from "couplet/kit";
import type { Job, JobResult } from "./job.ts";
import { kernelModule } from "./kernels.ts";
import { runJob } from "./run-job.ts";
import type { JobMessage } from "./worker.ts";

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

// Not written out in the URL: a bundler for pages would take Node's file along.
const compiled = "../../../dist/magnets/monte-carlo/worker.js";

/** The program of the threads. */
const worker: WorkerFile = {
  name: "monte-carlo.js",
  compiled: () => new URL(compiled, import.meta.url),
  inPage: () =>
    new Worker(new URL("../../../workers/monte-carlo.js", import.meta.url), { type: "module" }),
  embedded: () => import("../../../embedded/monte-carlo.js"),
};

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
      expected: "an integer, 0 or more",
      received: String(threads),
    });
  }
  const work = jobs.reduce((sum, job) => sum + updatesOf(job), 0);
  const worthwhile = threadHost.name === "node" && jobs.length > 1 && work > WORTH_A_THREAD;
  const wanted = threads ?? (worthwhile ? threadHost.cores : 0);
  if (wanted === 0 || !hasWorkers(threads !== undefined)) return inline(jobs, module, options);
  const { signal, onProgress } = options;
  const messages = jobs.map((job): JobMessage => ({ job, module }));
  return farm(messages, { threads: wanted, file: worker, signal, onProgress });
}

function updatesOf(job: Job): number {
  // Multi-spin words hold 128 spins but cost about as much as four single ones.
  const width = job.update === "wolff" ? 1 : 4;
  return (job.thermalise + job.measurements * job.interval) * job.lattice.sites * width;
}

/** Whether threads can be started. Throws where they were asked for and cannot. */
function hasWorkers(required: boolean): boolean {
  if (threadHost.has(worker)) return true;
  if (!required) return false;
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
