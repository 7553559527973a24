/** The program of the pool's threads, where Node and where a page find it. */
import type { WorkerFile } from "../../../threads/host.ts";

// Not written out in the URL: a bundler for pages would take Node's file along.
const compiled = "../../../../dist/engine/device/cpu/worker/node.js";

export const poolWorker: WorkerFile = {
  name: "pool.js",
  compiled: () => new URL(compiled, import.meta.url),
  inPage: () =>
    new Worker(new URL("../../../../workers/pool.js", import.meta.url), { type: "module" }),
  embedded: () => import("../../../../embedded/pool.js"),
};
