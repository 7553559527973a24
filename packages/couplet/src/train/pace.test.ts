import { describe, expect, it } from "vitest";
import type { TrainSettings } from "./settings.ts";
import { Pace, stepsLeft } from "./pace.ts";

/** Steps of an epoch in the tests of one number. */
const EPOCH = 100;

describe("the pace of a run", () => {
  it("leaves out what happens once, and is exact when steps are even", () => {
    const pace = new Pace();
    expect(pace.msPerStep(EPOCH)).toBeUndefined();
    // Half a minute until the first slice is done, then 3 ms a step.
    pace.mark(10, 30_000);
    expect(pace.msPerStep(EPOCH)).toBeUndefined();
    for (let step = 20; step <= 100_000; step += 10) {
      pace.mark(step, 30_000 + 3 * (step - 10));
      expect(pace.msPerStep(EPOCH)).toBeCloseTo(3, 6);
    }
  });

  it("keeps what happens once an epoch, and follows a change of speed", () => {
    const pace = new Pace();
    let ms = 0;
    for (let step = 1; step <= 4000; step++) {
      pace.mark(step, (ms += 1));
      // A validation of 50 ms after every 100 steps of 1 ms.
      if (step % EPOCH === 0) pace.beside("validation", 50);
      if (step % EPOCH === 0) pace.mark(step, (ms += 50));
    }
    expect(pace.msPerStep(EPOCH)).toBeCloseTo(1.5, 6);
    for (let step = 4001; step <= 12_000; step++) pace.mark(step, (ms += 4));
    expect(pace.msPerStep(EPOCH)).toBeCloseTo(4.5, 1);
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
    expect(pace.msPerStep(EPOCH)).toBe(10);
  });
});

describe("the time that is left, by a clock of its own", () => {
  /** Ratios of the time left to the true one, after each slice from 5 % of the steps on. */
  function ratios(run: {
    readonly epochs: number;
    readonly stepsPerEpoch: number;
    readonly stepMs: number;
    readonly rowsMs: number;
    readonly validationMs: number;
    readonly onceMs: number;
    /** The epoch that the last step belongs to, where the patience ends it. */
    readonly best: number;
    readonly patience: number;
  }): number[] {
    const { epochs, stepsPerEpoch, stepMs, rowsMs, validationMs } = run;
    const settings = { epochs, patience: run.patience } as TrainSettings;
    const end = Math.min(epochs, run.best + run.patience);
    const pace = new Pace();
    let now = 0;
    const beside = (what: "rows" | "validation", ms: number) => {
      now += ms;
      pace.beside(what, ms);
    };
    const seen: [time: number, left: number][] = [];
    const look = (epoch: number, step: number) => {
      pace.mark(epoch * stepsPerEpoch + step, now);
      const done = (epoch * stepsPerEpoch + step) / (epochs * stepsPerEpoch);
      if (done < 0.05) return;
      const best = { epoch: Math.min(epoch, run.best) };
      const left = stepsLeft({ epoch, step, best }, settings, stepsPerEpoch);
      seen.push([
        now,
        (pace.msPerStep(stepsPerEpoch) ?? now / (done * epochs * stepsPerEpoch)) * left,
      ]);
    };
    beside("validation", validationMs);
    now += run.onceMs;
    for (let epoch = 0; epoch < end; epoch++) {
      beside("rows", rowsMs);
      for (let step = 1; step <= stepsPerEpoch; step++) {
        now += stepMs;
        if (step < stepsPerEpoch) look(epoch, step);
      }
      beside("validation", validationMs);
      look(epoch + 1, 0);
    }
    // A last epoch's own time is as near as anyone asks.
    const epochMs = rowsMs + stepsPerEpoch * stepMs + validationMs;
    return seen.flatMap(([time, left]) => (now - time > epochMs ? [left / (now - time)] : []));
  }

  const base = { epochs: 20, stepsPerEpoch: 36, stepMs: 10, onceMs: 3000, best: 20, patience: 10 };
  it.each([
    ["steps alone", { rowsMs: 0, validationMs: 0 }],
    ["a validation of an epoch's length", { rowsMs: 0, validationMs: 360 }],
    ["a validation three times as long as the steps", { rowsMs: 0, validationMs: 1080 }],
    ["rows that take three times as long as the steps", { rowsMs: 1080, validationMs: 30 }],
    ["both", { rowsMs: 720, validationMs: 720 }],
    ["few epochs", { rowsMs: 720, validationMs: 720, epochs: 4, best: 4 }],
    [
      "a patience that ends it",
      { rowsMs: 100, validationMs: 100, epochs: 40, best: 14, patience: 20 },
    ],
  ])("%s: within a factor of two from a twentieth of the steps on", (_name, more) => {
    const found = ratios({ ...base, ...more });
    expect(found.length).toBeGreaterThan(10);
    for (const ratio of found) expect(Math.abs(Math.log2(ratio))).toBeLessThan(1);
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
