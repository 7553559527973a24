import { runCluster } from "./cluster/run.ts";
import type { Job, Run } from "./job.ts";
import { runMultispin } from "./multispin/run.ts";
import { runVector } from "./vector/run.ts";

/** The run that a job describes: the kernel follows from the update and the kind of spin. */
export function runJob(job: Job, module: WebAssembly.Module): Run {
  if (job.update === "wolff") return runCluster(job, module);
  return job.lattice.components === 1 ? runMultispin(job, module) : runVector(job, module);
}
