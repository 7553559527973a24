import { getEventListeners } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { farm } from "./farm.ts";
import type { WorkerFile } from "./host.ts";

const compiled = new URL("../../dist/threads/farm.js", import.meta.url);

/** A worker that squares numbers, fails at -1, ends at -2, and never answers at -3. */
const file: WorkerFile = {
  name: "squares.js",
  compiled: () =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { serveFarm } from ${JSON.stringify(compiled.href)};
        serveFarm(function* (x) {
          if (x === -1) throw new Error("not this one");
          if (x === -2) process.exit(3);
          while (x === -3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
          yield 0.5;
          return x * x;
        });`)}`,
    ),
};

describe.skipIf(!existsSync(compiled))("farm (needs the compiled threads: npm run build)", () => {
  it("gives results in the order of the tasks, on any number of threads", async () => {
    const tasks = [3, 1, 4, 1, 5, 9, 2, 6];
    const expected = tasks.map((x) => x * x);
    for (const threads of [1, 3, 20]) {
      const told: number[] = [];
      const options = { threads, file, onProgress: (fraction: number) => told.push(fraction) };
      expect(await farm<number, number>(tasks, options)).toEqual(expected);
      expect(told).toContain(1 / 16);
      expect(told.at(-1)).toBe(1);
    }
  });

  it("ends at once without a task", async () => {
    const told: number[] = [];
    expect(await farm([], { threads: 2, file, onProgress: (f) => told.push(f) })).toEqual([]);
    expect(told).toEqual([1]);
  });

  it("rejects with the signal's reason when aborted, and leaves no listener on the signal", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error("enough");
    await farm([2], { threads: 1, file, signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    const running = farm([-3], { threads: 1, file, signal });
    setTimeout(() => controller.abort(reason), 20);
    await expect(running).rejects.toBe(reason);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await expect(farm([2], { threads: 1, file, signal })).rejects.toBe(reason);
  });

  it("tells of a task that fails, and of a thread that dies", async () => {
    await expect(farm([1, -1], { threads: 2, file })).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("not this one") as string,
    });
    await expect(farm([1, -2], { threads: 2, file })).rejects.toMatchObject({
      code: "DEVICE_UNAVAILABLE",
      message: expect.stringContaining("it ended with code 3") as string,
    });
  });
});
