/** A training that is told to stop gives the best model so far and a checkpoint; a checkpoint that cannot be saved ends nothing. */
import { affine, alternating, coupling, fit, flow, mlp, repeat } from "couplet";
import type { FitOptions, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";

const bentFlow = (width: number) =>
  flow({
    dims: 2,
    layers: repeat(4, (i) =>
      coupling({
        mask: alternating(i),
        transform: affine(),
        conditioner: mlp({ width, depth: 1 }),
      }),
    ),
  });
const spec = bentFlow(16);
/** Rows on a bent line. */
const bent = (count: number) =>
  normals(2 * count, 1).map((value, i, all) => (i % 2 === 0 ? value : value + all[i - 1]! ** 2));
const rows = bent(600);
const options = {
  epochs: 60,
  patience: 60,
  batch: 64,
  threads: 1,
  blas: false,
  seed: 3,
} satisfies FitOptions<false>;

async function run(given: FitOptions<false>) {
  const events: TrainEvent[] = [];
  const model = await fit(spec, rows, { ...options, ...given, onEvent: (e) => events.push(e) });
  const end = events.find((event) => event.type === "end")!;
  const epochs = events.filter((event) => event.type === "epoch");
  return { model, end, epochs, events };
}

describe("a training that is stopped", () => {
  it("ends with the best model so far and a checkpoint, from which the run goes on as if nobody had stopped it", async () => {
    const whole = await run({});
    const stop = new AbortController();
    let saved: Uint8Array<ArrayBuffer> | undefined;
    const stopped = await run({
      stop: stop.signal,
      checkpoint: { everySeconds: 1e6, save: (bytes) => void (saved = bytes) },
      onEpoch: ({ epoch }) => epoch === 7 && stop.abort(),
    });
    expect(stopped.end.reason).toBe("stopped");
    expect(stopped.epochs).toHaveLength(7);
    // The best of the seven epochs of the whole run, and of nothing later.
    expect(stopped.end.best).toEqual(whole.epochs[6]!.best);
    const logProb = await stopped.model.logProb(rows);
    expect(logProb.every(Number.isFinite)).toBe(true);
    expect(stopped.model.training).toMatchObject({ epochs: 7, best: stopped.end.best });

    const resumed = await run({ resume: saved! });
    expect(resumed.model.parameters).toEqual(whole.model.parameters);
    for (const { model } of [whole, stopped, resumed]) model.dispose();
  });

  it("within an epoch takes the parameters as they are, where they are better", async () => {
    // One epoch, of more steps than a slice of time has: nothing but unfinished epochs to choose from.
    const stop = new AbortController();
    const long = { ...options, batch: 16, epochs: 1 };
    const events: TrainEvent[] = [];
    // Networks that take a fast machine, too, many seconds for the steps that are left when the stop is heard.
    const run = fit(bentFlow(128), bent(400_000), { ...long, stop: stop.signal });
    for await (const event of run) {
      events.push(event);
      // Past the warm-up, in which steps are small.
      if (event.type === "progress" && event.step > 4000) stop.abort();
    }
    const model = await run;
    const start = events.find((event) => event.type === "start")!;
    const end = events.find((event) => event.type === "end")!;
    expect(events.some((event) => event.type === "epoch")).toBe(false);
    expect(end.reason).toBe("stopped");
    expect(end.best.validationLoss).toBeLessThan(start.validationLoss);
    expect(end.best.epoch).toBeGreaterThan(0);
    // A starved caller hears of its own stop after the last step.
    expect(end.best.epoch).toBeLessThanOrEqual(1);
    model.dispose();
  });

  it("stops before the first step too, and after maxMinutes", async () => {
    const none = await run({ stop: AbortSignal.abort() });
    expect(none.end).toMatchObject({ reason: "stopped", best: { epoch: 0 } });
    none.model.dispose();
    const short = await run({ epochs: 1e6, patience: 1e6, maxMinutes: 1e-3 });
    expect(short.end.reason).toBe("time");
    expect(short.epochs.length).toBeLessThan(1e6);
    short.model.dispose();
    await expect(run({ maxMinutes: 0 })).rejects.toMatchObject({
      code: "USAGE",
      message: "fit: maxMinutes: expected a number of minutes above 0, got 0.",
    });
    await expect(run({ maxMinutes: NaN })).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("a checkpoint that cannot be saved", () => {
  it("is a warning, once until one can, and the training goes on to the same bits", async () => {
    const whole = await run({ epochs: 6 });
    let calls = 0;
    const failing = await run({
      epochs: 6,
      checkpoint: {
        everySeconds: 0,
        save: () => {
          calls++;
          if (calls !== 3) throw new Error("the disk is full");
        },
      },
    });
    expect(calls).toBeGreaterThanOrEqual(6);
    const warnings = failing.events.flatMap((e) => (e.type === "warning" ? [e.message] : []));
    const text =
      /^the checkpoint could not be saved, and the training continues without it: the disk is full$/;
    expect(warnings.filter((message) => text.test(message))).toHaveLength(2);
    expect(failing.model.parameters).toEqual(whole.model.parameters);
    for (const { model } of [whole, failing]) model.dispose();
  });
});
