import { expect, test } from "vitest";
import type { Thread } from "../../../threads/host.ts";
import { Pool } from "./pool.ts";
import type { FromWorker, Start, ToWorker } from "./protocol.ts";

/** A pool of two threads that answer when the test says so. */
function pool() {
  const threads: { say(message: FromWorker): void; readonly heard: ToWorker[] }[] = [];
  const spawn = (): Thread<ToWorker, FromWorker> => {
    const heard: ToWorker[] = [];
    let listener: (message: FromWorker) => void = () => undefined;
    threads.push({ heard, say: (message) => listener(message) });
    return {
      post: (message) => void heard.push(message),
      onMessage: (added) => void (listener = added),
      onError: () => undefined,
      setBusy: () => undefined,
      terminate: () => undefined,
    };
  };
  const start = {} as Omit<Start, "type">;
  const made = new Pool(spawn, [start, start], Promise.resolve());
  for (const { say } of threads) say({ type: "ready", gemm: "wasm", blasReason: undefined });
  return { made, threads };
}

const job = { type: "forward", program: 1, parameters: 0, rows: 1, row0: 0 } as const;
const forward = { ...job, seed: [0, 0], inputs: [], outputs: [] } as const;
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a job that failed on one thread ends when the others are through with it, and the next begins only then", async () => {
  const { made, threads } = pool();
  const [first, second] = threads as [(typeof threads)[0], (typeof threads)[0]];
  const ended: string[] = [];
  const failed = made.run(forward).catch((error: Error) => void ended.push(error.message));
  const next = made.run(forward).then(() => void ended.push("next"));
  await turn();
  const number = (second.heard.at(-1) as { job: number }).job;
  first.say({ type: "failed", job: number, code: undefined, message: "a trap" });
  await turn();
  expect(ended).toEqual([]);
  expect(second.heard.filter(({ type }) => type === "forward")).toHaveLength(1);
  second.say({ type: "done", job: number, result: undefined });
  await failed;
  expect(ended).toEqual(["worker 0: expected a finished job, got a trap."]);
  await turn();
  for (const { say } of threads) say({ type: "done", job: number + 1, result: undefined });
  await next;
  expect(ended.at(-1)).toBe("next");
});
