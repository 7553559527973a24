import { expect, test } from "vitest";
import { openDevice } from "../engine/device/open.ts";
import { builds, kernelInstance } from "../engine/ops/suite/wasm.ts";
import { philox4x32 } from "./philox.ts";
import { wordPairs } from "./word-pairs.ts";

const STREAM = 0x1417;
const KEY = [0xfedcba98, 3] as const;
// The second run of counters passes 2^31, the third 2^32.
const runs = [
  [0, 1],
  [2 ** 31 - 2, 7],
  [2 ** 32 - 3, 8],
  [12345, 4096],
] as const;

test("words without a device are Philox's", () => {
  for (const [first, count] of runs) {
    const [a, b] = wordPairs()(first, count, STREAM, KEY);
    for (const i of [0, count - 1]) {
      const block = philox4x32([first + i, 0, STREAM, 0], KEY);
      expect([a[i], b[i]]).toEqual([block[0], block[1]]);
    }
  }
});

test.each(builds)("%s: the kernel gives the same words", (build) => {
  const { memory, kernels } = kernelInstance(build);
  const [to, scratch] = [1 << 20, 2 << 20];
  for (const [first, count] of runs) {
    const whole = (count + 3) & ~3;
    kernels["philoxWords"]!(to, whole, first, STREAM, KEY[0], KEY[1], scratch);
    const [a, b] = wordPairs()(first, count, STREAM, KEY);
    expect(new Uint32Array(memory.buffer, to, count)).toEqual(a.subarray(0, count));
    expect(new Uint32Array(memory.buffer, to + 4 * whole, count)).toEqual(b.subarray(0, count));
  }
});

test("a device gives the same words", async () => {
  const device = await openDevice("cpu", { threads: 1 });
  const words = await device.wordPairs();
  for (const [first, count] of runs) {
    const [a, b] = wordPairs()(first, count, STREAM, KEY);
    const [c, d] = words!(first, count, STREAM, KEY);
    expect(c.subarray(0, count)).toEqual(a.subarray(0, count));
    expect(d.subarray(0, count)).toEqual(b.subarray(0, count));
  }
  device.dispose();
});
