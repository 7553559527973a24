/** Entry of a worker in a page. */
import type { ToWorker } from "../protocol.ts";
import { serve } from "./serve.ts";

interface WorkerScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { data: ToWorker }) => void): void;
}
const scope = globalThis as unknown as WorkerScope;
const handle = serve(
  { post: (message, transfer) => scope.postMessage(message, transfer ?? []) },
  undefined,
);
scope.addEventListener("message", (event) => handle(event.data));
