/** A page: web workers, files by fetch. */
import type { ThreadHost } from "./host.ts";
import { pagePort } from "./page-port.ts";
import { startPageWorker } from "./page-worker.ts";

const isolated = globalThis.crossOriginIsolated === true;

export const threadHost: ThreadHost = {
  name: "browser",
  cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  sharesMemory: isolated,
  sharingReason: isolated
    ? undefined
    : "the page is not cross-origin isolated (COOP and COEP headers), so one thread is used",
  mayWait: false,
  has: ({ inPage }) => inPage !== undefined && typeof Worker !== "undefined",
  spawn: startPageWorker,
  port: pagePort,
  async read(file) {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response.arrayBuffer();
  },
  besideProgram: (name) => Promise.reject(new Error(`the page has no ${name}`)),
  readNow: () => undefined,
};
