/** The worker that computes, and errors in words. */
import { wrap } from "comlink";
import type { Remote } from "comlink";
import type { Workbench } from "../worker/workbench.ts";

/** The worker's side, every call a promise. */
export const workbench: Remote<Workbench> = wrap<Workbench>(
  new Worker(new URL("../worker/studio-worker.ts", import.meta.url), {
    type: "module",
    name: "couplet studio",
  }),
);

/** What went wrong, for people. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
