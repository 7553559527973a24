/** Entry of a worker thread in Node. */
import { parentPort } from "node:worker_threads";
import { loadBlas } from "../blas/blas.ts";
import type { ToWorker } from "../protocol.ts";
import { serve } from "./serve.ts";

const port = parentPort!;
const handle = serve(
  { post: (message, transfer) => port.postMessage(message, transfer ?? []) },
  loadBlas,
);
port.on("message", (message: ToWorker) => handle(message));
