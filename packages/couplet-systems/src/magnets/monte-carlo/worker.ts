// A thread that runs one job at a time for run-jobs.ts.
import { serveFarm } from "couplet/kit";
import type { Job, JobResult } from "./job.ts";
import { runJob } from "./run-job.ts";

/** What a thread needs for a job. */
export interface JobMessage {
  readonly job: Job;
  readonly module: WebAssembly.Module;
}

serveFarm<JobMessage, JobResult>(({ job, module }) => runJob(job, module));
