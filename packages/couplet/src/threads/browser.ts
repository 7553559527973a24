/** A page: web workers, files by fetch. */
import type { Thread, ThreadHost, WorkerFile, WorkerPort } from "./host.ts";

const isolated = globalThis.crossOriginIsolated === true;

/** What a worker's global scope has. */
interface WorkerScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

export const threadHost: ThreadHost = {
  name: "browser",
  cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  sharesMemory: isolated,
  sharingReason: isolated
    ? undefined
    : "the page is not cross-origin isolated (COOP and COEP headers), so one thread is used",
  mayWait: false,
  has: ({ inPage }) => inPage !== undefined && typeof Worker !== "undefined",
  spawn,
  port: <To, From>(): WorkerPort<To, From> => {
    const scope = globalThis as unknown as WorkerScope;
    return {
      post: (message, transfer) => scope.postMessage(message, transfer ?? []),
      onMessage: (listener) =>
        scope.addEventListener("message", ({ data }) => listener(data as To)),
    };
  },
  async read(file) {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response.arrayBuffer();
  },
  readNow: () => undefined,
};

function spawn<To, From>({ inPage }: WorkerFile): Thread<To, From> {
  if (inPage === undefined) throw new Error("pages have no such worker");
  const worker = inPage();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (listener) =>
      worker.addEventListener("message", (event: MessageEvent<From>) => listener(event.data)),
    onError: (listener) =>
      worker.addEventListener("error", (event) => listener(new Error(event.message))),
    // A page lives as long as it is open.
    setBusy: () => undefined,
    terminate: () => worker.terminate(),
  };
}
