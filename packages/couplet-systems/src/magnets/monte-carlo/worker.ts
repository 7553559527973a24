// A thread that runs one job at a time for run-jobs.ts.
import { parentPort } from "node:worker_threads";
import type { Job } from "./job.ts";
import { runJob } from "./run-job.ts";

/** Sent to the worker. */
export interface JobMessage {
  readonly index: number;
  readonly job: Job;
  readonly module: WebAssembly.Module;
}

parentPort?.on("message", ({ index, job, module }: JobMessage) => {
  try {
    const run = runJob(job, module);
    let step = run.next();
    for (let told = 0; !step.done; step = run.next()) {
      if (step.value < told + 0.01) continue;
      told = step.value;
      parentPort?.postMessage({ index, fraction: told });
    }
    parentPort?.postMessage({ index, result: step.value });
  } catch (error) {
    parentPort?.postMessage({
      index,
      failure: error instanceof Error ? error.message : String(error),
    });
  }
});
