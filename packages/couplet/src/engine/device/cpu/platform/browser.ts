/** A page: web workers, kernels by fetch, no BLAS. */
import type { FromWorker } from "../protocol.ts";
import type { Platform, PoolWorker } from "./platform.ts";
import { hasRelaxedSimd } from "./probe.ts";

const isolated = globalThis.crossOriginIsolated === true;

export const platform: Platform = {
  name: "browser",
  cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  sharesMemory: isolated,
  sharingReason: isolated
    ? undefined
    : "the page is not cross-origin isolated (COOP and COEP headers), so one thread is used",
  async loadKernels(relaxed) {
    // Written out, so that bundlers see both files.
    const url = relaxed
      ? new URL("../../../../../wasm/engine-relaxed.wasm", import.meta.url)
      : new URL("../../../../../wasm/engine.wasm", import.meta.url);
    const response = await fetch(url);
    return response.arrayBuffer();
  },
  enableRelaxedSimd: hasRelaxedSimd,
  spawn,
  loadBlas: undefined,
};

function spawn(): PoolWorker {
  const worker = new Worker(new URL("../worker/browser.js", import.meta.url), { type: "module" });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (listener) =>
      worker.addEventListener("message", (event: MessageEvent<FromWorker>) => listener(event.data)),
    onError: (listener) =>
      worker.addEventListener("error", (event) => listener(new Error(event.message))),
    // A page lives as long as it is open.
    setBusy: () => undefined,
    terminate: () => worker.terminate(),
  };
}
