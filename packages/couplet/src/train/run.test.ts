/** A run is a promise of its model and an async iterable of its events; it can be stopped and looked into. */
import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
import type { FlowModel, RunEvent, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "../../../../test/random.ts";

const spec = flow({
  dims: 2,
  layers: repeat(2, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 8 }) })),
});
/** Rows on a bent line. */
const rows = normals(1200, 1).map((value, i, all) =>
  i % 2 === 0 ? value : value + all[i - 1]! ** 2,
);
const quick = { epochs: 6, batch: 64, threads: 1, blas: false, seed: 2 } as const;

/** Better after each of the first epochs. */
const learning = { ...quick, learningRate: 0.01, warmup: 0 } as const;

describe("a run", () => {
  it("is the same model awaited and iterated, and is iterated by one reader", async () => {
    using awaited = await fit(spec, rows, quick);
    const run = fit(spec, rows, quick);
    const fractions: number[] = [];
    for await (const event of run) fractions.push(event.fraction);
    using iterated = await run;
    expect(iterated.parameters).toEqual(awaited.parameters);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(() => run[Symbol.asyncIterator]()).toThrow(/one reader/);
  });

  it("goes by itself when nobody iterates, and a late reader gets the events from then on", async () => {
    const ends: string[] = [];
    const onEvent = (event: TrainEvent) => void ends.push(event.type);
    const run = fit(spec, rows, { ...quick, onEvent });
    while (!ends.includes("start")) await new Promise((resolve) => setTimeout(resolve, 1));
    const seen: RunEvent<TrainEvent, FlowModel<false>>[] = [];
    for await (const event of run) seen.push(event);
    (await run).dispose();
    expect(seen.at(-1)?.type).toBe("end");
    expect(seen.some(({ type }) => type === "start")).toBe(false);
  });

  it("stops with the best so far, and says why it ended", async () => {
    const seen: TrainEvent[] = [];
    const run = fit(spec, rows, { ...learning, epochs: 1000, onEvent: (e) => seen.push(e) });
    for await (const event of run) if (event.type === "epoch" && event.epoch === 3) run.stop();
    using model = await run;
    expect(seen.at(-1)).toMatchObject({ type: "end", reason: "stopped" });
    const first = seen[0] as Extract<TrainEvent, { type: "start" }>;
    const last = seen.at(-1) as Extract<TrainEvent, { type: "end" }>;
    expect(last.best.validationLoss).toBeLessThan(first.validationLoss);
    expect((await model.logProb(rows)).every(Number.isFinite)).toBe(true);
  });

  it("ends when its minutes are over, and refuses minutes that are none", async () => {
    const seen: TrainEvent[] = [];
    const onEvent = (event: TrainEvent) => void seen.push(event);
    const options = { ...quick, epochs: 1_000_000, patience: 1_000_000, maxMinutes: 1e-3, onEvent };
    (await fit(spec, rows, options)).dispose();
    expect(seen.at(-1)).toMatchObject({ type: "end", reason: "time" });
    for (const maxMinutes of [0, -1, NaN, "2" as unknown as number])
      await expect(fit(spec, rows, { ...quick, maxMinutes })).rejects.toThrow(/maxMinutes/);
  });

  it("gives models of their own while it goes on", async () => {
    const run = fit(spec, rows, learning);
    const models: FlowModel<false>[] = [];
    for await (const event of run)
      if (event.type === "start" || event.type === "epoch") models.push(await event.snapshot());
    const end = await run;
    const mean = async (model: FlowModel<false>) => {
      const density = await model.logProb(rows);
      return density.reduce((a, b) => a + b) / density.length;
    };
    const [first, last] = [await mean(models[0]!), await mean(models.at(-1)!)];
    expect(last).toBeGreaterThan(first);
    expect(last).toBeCloseTo(await mean(end), 6);
    for (const model of [...models, end]) model.dispose();
  });

  it("rejects with the reason when the loop is left, and with the error when there is one", async () => {
    const run = fit(spec, rows, quick);
    for await (const event of run) if (event.type === "epoch") break;
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    const failed = fit(spec, Float64Array.of(1, NaN), quick);
    await expect(
      (async () => {
        for await (const _ of failed);
      })(),
    ).rejects.toMatchObject({ code: "NON_FINITE_INPUT" });
    await expect(failed).rejects.toMatchObject({ code: "NON_FINITE_INPUT" });
  });
});

describe("a fit from a model", () => {
  it("begins where the model is, and leaves it as it was", async () => {
    using model = await fit(spec, rows, { ...quick, epochs: 30, columns: ["a", "b"] });
    const before = model.parameters;
    const held = { rows: rows.subarray(0, 200) };
    const density = await model.logProb(held.rows);
    const mean = density.reduce((a, b) => a + b) / density.length;
    let start = NaN;
    using more = await fit(model, rows, {
      ...quick,
      validation: held,
      onEvent: (event) => event.type === "start" && (start = event.validationLoss),
    });
    expect(start).toBeCloseTo(-mean, 9);
    expect(more.standardiser).toEqual(model.standardiser);
    expect(more.columns).toEqual(["a", "b"]);
    expect(model.parameters).toEqual(before);
  });

  it("has checkpoints of its own", async () => {
    using model = await fit(spec, rows, quick);
    const saved: Uint8Array[] = [];
    const checkpoint = { everySeconds: 0, save: (bytes: Uint8Array) => void saved.push(bytes) };
    using whole = await fit(model, rows, { ...quick, checkpoint });
    using again = await fit(model, rows, { ...quick, resume: saved[1]! });
    expect(again.parameters).toEqual(whole.parameters);
    await expect(fit(spec, rows, { ...quick, resume: saved[1]! })).rejects.toThrow(/other start/);
  });
});
