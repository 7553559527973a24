/** A page's worker, from inside. Apart from the page's side, so that worker scripts are small. */
import { version } from "../version.ts";
import type { WorkerPort } from "./host.ts";

/** What a worker's global scope has. */
interface WorkerScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** The first message of every worker: its script has loaded, and is of this version. */
export interface Hello {
  readonly couplet: string;
}

/** The port of the worker that this is called in. */
export function pagePort<To, From>(): WorkerPort<To, From> {
  const scope = globalThis as unknown as WorkerScope;
  scope.postMessage({ couplet: version } satisfies Hello, []);
  return {
    post: (message, transfer) => scope.postMessage(message, transfer ?? []),
    onMessage: (listener) => scope.addEventListener("message", ({ data }) => listener(data as To)),
  };
}
