// A thread that helps with sparse products: it sleeps until a job is announced, takes chunks of rows, sleeps again.
import { threadHost } from "couplet/kit";
import { computeChunks, control, sparseKernels } from "./chunks.ts";
import type { SparseLayout } from "./chunks.ts";

/** Given to the worker at its start. */
export interface ProductWorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: SparseLayout;
}

threadHost.port<ProductWorkerData, never>().onMessage(({ module, memory, layout }) => {
  const kernels = sparseKernels(module, memory);
  const state = new Int32Array(memory.buffer, layout.control, control.words);
  while (Atomics.load(state, control.stop) === 0) {
    const job = Atomics.load(state, control.job);
    computeChunks(kernels, memory, layout);
    Atomics.wait(state, control.job, job);
  }
});
