import { getEventListeners } from "node:events";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { runJobs } from "./run-jobs.ts";

const built = existsSync(new URL("../../../dist/magnets/monte-carlo/worker.js", import.meta.url));

it.skipIf(!built)("ends without jobs, on threads too, and leaves no listener", async () => {
  const { signal } = new AbortController();
  for (const threads of [0, 2]) expect(await runJobs([], { threads, signal })).toEqual([]);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
