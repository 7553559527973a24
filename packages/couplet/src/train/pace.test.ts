import { describe, expect, it } from "vitest";
import type { TrainSettings } from "./settings.ts";
import { Pace, stepsLeft } from "./pace.ts";

describe("the pace of a run", () => {
  it("leaves out what happens once, and is exact when steps are even", () => {
    const pace = new Pace();
    expect(pace.msPerStep).toBeUndefined();
    // Half a minute until the first slice is done, then 3 ms a step.
    pace.mark(10, 30_000);
    expect(pace.msPerStep).toBeUndefined();
    for (let step = 20; step <= 100_000; step += 10) {
      pace.mark(step, 30_000 + 3 * (step - 10));
      expect(pace.msPerStep).toBeCloseTo(3, 6);
    }
  });

  it("keeps what happens once an epoch, and follows a change of speed", () => {
    const pace = new Pace();
    let ms = 0;
    for (let step = 1; step <= 4000; step++) {
      // A validation of 50 ms after every 100 steps of 1 ms.
      ms += step % 100 === 0 ? 51 : 1;
      pace.mark(step, ms);
    }
    expect(pace.msPerStep).toBeCloseTo(1.5, 1);
    for (let step = 4001; step <= 12_000; step++) pace.mark(step, (ms += 4));
    expect(pace.msPerStep).toBeCloseTo(4, 1);
  });

  it("counts an epoch's end as the last step's", () => {
    const pace = new Pace();
    for (const [step, ms] of [
      [1, 10],
      [2, 20],
      [2, 30],
      [3, 40],
    ] as const)
      pace.mark(step, ms);
    expect(pace.msPerStep).toBe(10);
  });
});

describe("the steps that are left", () => {
  const settings = { epochs: 400, patience: 80 } as TrainSettings;
  const at = (epoch: number, step: number, best: number) =>
    stepsLeft({ epoch, step, best: { epoch: best } }, settings, 10);

  it("lie between those until the patience is over and those of all epochs", () => {
    // All but the step under way, where the end is certain.
    expect(at(390, 0, 345)).toBe(100);
    expect(at(390, 4, 345)).toBe(96);
    expect(at(139, 9, 60)).toBeLessThan(20);
    expect(at(140, 0, 60)).toBe(0);
    for (const [epoch, best] of [
      [20, 20],
      [100, 61],
      [300, 290],
    ] as const) {
      expect(at(epoch, 0, best)).toBeGreaterThanOrEqual(
        10 * Math.min(400 - epoch, best + 80 - epoch),
      );
      expect(at(epoch, 0, best)).toBeLessThanOrEqual(10 * (400 - epoch));
    }
  });

  it("are within a factor of two of a run to the last epoch, and of one that stops, from 5 % on", () => {
    // Validation losses that go on falling: each epoch is the best; and an end after the best epoch 163.
    for (let epoch = 20; epoch < 400; epoch++) {
      const left = 10 * (400 - epoch);
      expect(Math.abs(Math.log2(at(epoch, 0, epoch) / left))).toBeLessThan(1);
    }
    for (let epoch = 12; epoch < 243; epoch++) {
      const left = 10 * (243 - epoch);
      expect(Math.abs(Math.log2(at(epoch, 0, Math.min(epoch, 163)) / left))).toBeLessThan(1);
    }
  });
});
