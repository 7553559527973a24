/** Node: worker threads, kernels from disk, BLAS through koffi. */
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import v8 from "node:v8";
import { Worker } from "node:worker_threads";
import { loadBlas } from "../blas/blas.ts";
import type { FromWorker } from "../protocol.ts";
import type { Platform, PoolWorker } from "./platform.ts";
import { hasRelaxedSimd } from "./probe.ts";

export const platform: Platform = {
  name: "node",
  cores: availableParallelism(),
  sharesMemory: true,
  sharingReason: undefined,
  loadKernels(relaxed) {
    const name = relaxed ? "engine-relaxed.wasm" : "engine.wasm";
    return readFile(new URL(`../../../../../wasm/${name}`, import.meta.url));
  },
  enableRelaxedSimd() {
    if (hasRelaxedSimd()) return true;
    // Node 20 has it behind a flag; Node 24 has it on and would warn about an unknown flag.
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    return hasRelaxedSimd();
  },
  spawn,
  loadBlas,
};

function spawn(): PoolWorker {
  // The compiled file, also when the library itself runs from source: Node 20 loads no TypeScript.
  // Flags of the process are not the worker's: with --input-type, of `node --eval`, it would not start.
  const worker = new Worker(new URL(import.meta.resolve("#pool-worker")), { execArgv: [] });
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (listener) => void worker.on("message", (message: FromWorker) => listener(message)),
    onError: (listener) => {
      worker.on("error", listener);
      // A thread that is ended from outside has no error, only an end.
      worker.on("exit", (code) => listener(new Error(`it ended with code ${code}`)));
    },
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
