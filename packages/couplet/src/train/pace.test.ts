import { describe, expect, it } from "vitest";
import type { TrainSettings } from "./options.ts";
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

  it("are those of all epochs, until no better epoch has come for half of the patience", () => {
    expect(at(0, 0, 0)).toBe(4000);
    expect(at(100, 5, 61)).toBe(2995);
    expect(at(100, 5, 60)).toBe(395);
    expect(at(139, 9, 60)).toBe(1);
    expect(at(390, 0, 345)).toBe(100);
  });
});
