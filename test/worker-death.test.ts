/** A thread that dies, in the middle of a step or idle: a clear error, nothing hangs. */
import { alternating, coupling, createModel, fit, flow, mlp, repeat } from "couplet";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Thread, WorkerFile } from "../packages/couplet/src/threads/host.ts";
import { threadHost } from "../packages/couplet/src/threads/node.ts";
import { normals } from "./random.ts";

const spec = flow({
  dims: 8,
  layers: repeat(6, (i) =>
    coupling({ mask: alternating(i), conditioner: mlp({ width: 128, depth: 2 }) }),
  ),
});
const rows = normals(8 * 20_000, 1);
const options = { threads: 2, blas: false, seed: 1 } as const;

afterEach(() => void vi.restoreAllMocks());

/** Every worker that is started from now on. */
function watchWorkers(): Thread[] {
  const workers: Thread[] = [];
  const spawn = threadHost.spawn.bind(threadHost);
  vi.spyOn(threadHost, "spawn").mockImplementation(<To, From>(file: WorkerFile) => {
    const worker = spawn<To, From>(file);
    workers.push(worker as Thread);
    return worker;
  });
  return workers;
}

const death = {
  code: "DEVICE_UNAVAILABLE",
  where: expect.stringMatching(/^worker [01]$/) as string,
  hint: "Dispose the model, and make or load it again.",
};

describe("a thread's death", () => {
  it.each([0, 1])(
    "ends a training step that the other thread waits in (worker %i)",
    async (which) => {
      const workers = watchWorkers();
      let steps = 0;
      const training = fit(spec, rows, {
        ...options,
        epochs: 1000,
        onEvent: (event) => {
          if (event.type === "progress" && ++steps === 1)
            setTimeout(() => workers[which]!.terminate(), 20);
        },
      });
      await expect(training).rejects.toMatchObject(death);
      expect(workers).toHaveLength(2);
    },
  );

  it("ends a call, and every later one, until the model is made again", async () => {
    const workers = watchWorkers();
    const model = await createModel(spec, options);
    const before = await model.logProb(rows);
    workers[1]!.terminate();
    await expect(
      (async () => {
        for (;;) await model.logProb(rows);
      })(),
    ).rejects.toMatchObject(death);
    await expect(model.logProb(rows)).rejects.toMatchObject(death);
    const bytesSurvive = model.parameters;
    model.dispose();
    model.dispose();
    await expect(model.logProb(rows)).rejects.toMatchObject({ code: "DISPOSED" });
    using again = await createModel(spec, options);
    again.setParameters(bytesSurvive);
    expect(await again.logProb(rows)).toEqual(before);
  });

  it("is no death when the model was disposed during the call", async () => {
    const model = await createModel(spec, options);
    const running = model.logProb(rows);
    model.dispose();
    await expect(running).rejects.toMatchObject({ code: "DISPOSED" });
  });

  it("leaves the async iterator of a training finished", async () => {
    const workers = watchWorkers();
    const run = fit(spec, rows, { ...options, epochs: 1000 })[Symbol.asyncIterator]();
    await run.next();
    for (const worker of workers) worker.terminate();
    await expect(
      (async () => {
        while ((await run.next()).done !== true);
      })(),
    ).rejects.toMatchObject(death);
    expect(await run.next()).toEqual({ done: true, value: undefined });
  });
});
