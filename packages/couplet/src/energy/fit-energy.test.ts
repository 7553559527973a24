import { describe, expect, it } from "vitest";
import {
  alternating,
  createModel,
  flow,
  coupling,
  gaussian,
  gaussianMixture,
  mlp,
  neuralSpline,
  realNvp,
} from "couplet";
import { assess, fitEnergy } from "couplet/energy";
import type { Energy, EnergyEvent, EnergyOptions } from "couplet/energy";
import { readSafetensors } from "../file/read-safetensors.ts";
import type { FileTensor } from "../file/safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import { manyWell } from "./targets/wells.ts";

const { energy, units } = manyWell(1);
const spec = neuralSpline({ dims: 2, width: 24, couplings: 4 });
const quick: EnergyOptions = {
  steps: 40,
  batch: 128,
  evaluationRows: 500,
  evaluateEvery: 20,
  threads: 1,
  seed: 3,
  units,
};

it("names the variables that no coupling changes, at the start", async () => {
  const layer = (i: number) =>
    coupling({ mask: alternating(i), conditioner: mlp({ width: 8, depth: 1 }) });
  const warned = async (layers: ReturnType<typeof layer>[]): Promise<string> => {
    const said: string[] = [];
    using model = await fitEnergy(flow({ dims: 2, layers }), energy, {
      ...quick,
      steps: 2,
      onEvent: (event) => {
        if (event.type === "warning") said.push(event.message);
      },
    });
    expect(model.parameterCount).toBeGreaterThan(0);
    return said.join("\n");
  };
  expect(await warned([layer(0), layer(0)])).toMatch(/no coupling changes column 0: .*alternating/);
  expect(await warned([layer(0), layer(1)])).not.toMatch(/no coupling/);
});

describe("a double well from its energy alone", () => {
  it("gets log Z within its error, both wells, and a record", async () => {
    const events: EnergyEvent[] = [];
    const fractions: number[] = [];
    const run = fitEnergy(spec, energy, {
      steps: 800,
      batch: 256,
      learningRate: 3e-3,
      temperature: { start: 4, by: "resampling" },
      threads: 1,
      units,
      onEvent: (event) => events.push(event),
    });
    for await (const { fraction } of run) fractions.push(fraction);
    using model = await run;
    const end = events.at(-1)!;
    if (end.type !== "end") throw new Error("no end");
    const { logZ, logZError, essShare, elbo } = end.evaluation;
    expect(Math.abs(logZ - manyWell(1).logZ!)).toBeLessThan(4 * logZError);
    // An untrained flow has a tenth.
    expect(essShare).toBeGreaterThan(0.6);
    expect(elbo).toBeLessThan(logZ);
    const [start] = events;
    expect(start?.type === "start" && start.evaluation.elbo).toBeLessThan(elbo);
    expect(fractions.every((f, i) => f >= 0 && f <= 1 && f >= (fractions[i - 1] ?? 0))).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    const draws = await model.sample(4000, { seed: 1 });
    const left = draws.filter((x, i) => i % 2 === 0 && x < 0).length / 4000;
    // The left well holds 0.156; a collapsed model has 0 or 1 there.
    expect(Math.abs(left - 0.156)).toBeLessThan(0.06);
    expect(model.records["energy"]).toMatchObject({ steps: 800, settings: { batch: 256 } });
  });

  it("has no gradient where the model is the target: its variance is 0", async () => {
    // A model with wild parameters, and its own density as the energy.
    using target = await createModel(realNvp({ dims: 3, width: 8, couplings: 2 }), { threads: 1 });
    target.setParameters(target.parameters.map((_, i) => 0.3 * Math.sin(7 * i)));
    const own: Energy = async (rows) => {
      const { logProb, rows: gradient } = await target.gradLogProb(rows);
      return { u: logProb.map((l) => -l), grad: gradient.map((g) => -g) };
    };
    const norms: number[] = [];
    const { units: _, ...unitless } = quick;
    const run = fitEnergy(target, own, {
      ...unitless,
      steps: 1,
      onEvent: (event) => {
        if (event.type === "progress") norms.push(event.gradientNorm);
      },
    });
    using model = await run;
    // Rounding in float32 of numbers of size 1; the plain estimator's norm is about 0.5 at this batch.
    expect(norms[0]).toBeLessThan(1e-4);
    expect(model.spec).toEqual(target.spec);
  });

  it("has none of the model's draws that chose its parameters in the last evaluation", async () => {
    // No step changes the model: all evaluations but the last are of the same draws.
    const found: EnergyEvent[] = [];
    using _ = await fitEnergy(spec, energy, {
      ...quick,
      steps: 2,
      evaluateEvery: 1,
      learningRate: 0,
      onEvent: (event) => found.push(event),
    });
    const evaluations = found.flatMap((event) =>
      event.type === "start" || event.type === "evaluation" || event.type === "end"
        ? [event.evaluation.elbo]
        : [],
    );
    expect(evaluations).toHaveLength(4);
    expect(new Set(evaluations.slice(0, 3)).size).toBe(1);
    expect(evaluations[3]).not.toBe(evaluations[0]);
  });

  it("takes the units of a model that it goes on from, and refuses others", async () => {
    using model = await createModel(spec, { threads: 1 });
    await expect(fitEnergy(model, energy, quick)).rejects.toThrow(
      /fitEnergy: units: expected none where training goes on from a model/u,
    );
  });

  it("gives the same bits again, and after a stop and a resume", async () => {
    using whole = await fitEnergy(spec, energy, quick);
    using again = await fitEnergy(spec, energy, quick);
    expect(again.parameters).toEqual(whole.parameters);
    const saves: Uint8Array[] = [];
    const checkpoint = { everySeconds: 3600, save: (bytes: Uint8Array) => void saves.push(bytes) };
    const stop = new AbortController();
    let seen = 0;
    using stopped = await fitEnergy(spec, energy, {
      ...quick,
      checkpoint,
      stop: stop.signal,
      onEvent: (event) => {
        if (event.type === "evaluation" && ++seen === 1) stop.abort();
      },
    });
    expect(stopped.parameters).not.toEqual(whole.parameters);
    using resumed = await fitEnergy(spec, energy, { ...quick, resume: saves.at(-1)! });
    expect(resumed.parameters).toEqual(whole.parameters);
    await expect(
      fitEnergy(spec, energy, { ...quick, learningRate: 2e-3, resume: saves.at(-1)! }),
    ).rejects.toMatchObject({ code: "USAGE", where: "fitEnergy: resume" });
    await expect(
      fitEnergy(spec, energy, { ...quick, resume: new Uint8Array(10) }),
    ).rejects.toMatchObject({ code: "FILE_INVALID" });
  });

  it("resumes within a stage of resampled draws, bit by bit", async () => {
    const options = {
      ...quick,
      temperature: { start: 3, by: "resampling" as const, factor: 0.5, bufferRows: 512 },
    };
    using whole = await fitEnergy(spec, energy, options);
    const saves: Uint8Array[] = [];
    const stop = new AbortController();
    const run = fitEnergy(spec, energy, {
      ...options,
      checkpoint: { everySeconds: 3600, save: (bytes: Uint8Array) => void saves.push(bytes) },
      stop: stop.signal,
      onEvent: (event) => {
        // Steps 12 to 32 learn from draws.
        if (event.type === "evaluation" && event.evaluation.step === 20) stop.abort();
      },
    });
    (await run).dispose();
    using resumed = await fitEnergy(spec, energy, { ...options, resume: saves.at(-1)! });
    expect(resumed.parameters).toEqual(whole.parameters);
    // Tensors of other numbers, or of another length, though the checksum is right.
    const { tensors, metadata } = readSafetensors(saves.at(-1)!, "checkpoint");
    expect([...tensors.keys()].sort()).toEqual(["best", "buffer", "mean", "parameters", "square"]);
    for (const [name, { data }] of tensors)
      for (const values of [data.slice(3), data.map((value, i) => (i === 3 ? NaN : value))]) {
        const wrong = new Map<string, FileTensor>(tensors);
        wrong.set(name, { shape: [values.length], data: values });
        await expect(
          fitEnergy(spec, energy, { ...options, resume: writeSafetensors(wrong, metadata) }),
          name,
        ).rejects.toMatchObject({ code: "FILE_INVALID", where: "fitEnergy: resume" });
      }
  });

  it("keeps an average, snapshots, and ends in time", async () => {
    let snapshots = 0;
    const run = fitEnergy(spec, energy, { ...quick, steps: 20, ema: 0.9, evaluateEvery: 10 });
    for await (const event of run) {
      if (event.type !== "evaluation") continue;
      const model = await event.snapshot();
      expect((await model.logProb([[1, 0]]))[0]).toBeLessThan(0);
      model.dispose();
      snapshots++;
    }
    expect(snapshots).toBeGreaterThan(0);
    (await run).dispose();
    const short = fitEnergy(spec, energy, { ...quick, steps: 1_000_000, maxMinutes: 1e-3 });
    for await (const event of short) if (event.type === "end") expect(event.reason).toBe("time");
    (await short).dispose();
    const abort = new AbortController();
    await expect(
      fitEnergy(spec, energy, {
        ...quick,
        signal: abort.signal,
        onEvent: () => abort.abort(new Error("enough")),
      }),
    ).rejects.toThrow("enough");
  });
});

describe("a conditional energy", () => {
  it("learns the target of each context", async () => {
    // x | c ~ N(2 c, 1).
    const shifted: Energy = (rows, { context }) => ({
      u: rows.map((x, r) => (x - 2 * context![r]!) ** 2 / 2),
      grad: rows.map((x, r) => x - 2 * context![r]!),
    });
    const contexts = Array.from({ length: 50 }, (_, i) => [-1 + i / 25]);
    const conditional = realNvp({ dims: 1, context: 1, width: 16, couplings: 2 });
    using model = await fitEnergy(conditional, shifted, {
      ...quick,
      units: {},
      steps: 300,
      learningRate: 5e-3,
      context: contexts,
    });
    for (const c of [-0.8, 0.4]) {
      const draws = await model.sample(2000, { context: [[c]], seed: 1 });
      const mean = draws.reduce((sum, x) => sum + x / 2000, 0);
      // 300 steps: within a tenth of a deviation.
      expect(Math.abs(mean - 2 * c)).toBeLessThan(0.15);
    }
    await expect(fitEnergy(conditional, shifted, quick)).rejects.toMatchObject({
      code: "CONTEXT_MISMATCH",
    });
    await expect(fitEnergy(spec, energy, { ...quick, context: contexts })).rejects.toMatchObject({
      code: "CONTEXT_MISMATCH",
    });
  });
});

describe("several modes", () => {
  // Two Gaussians of deviation 0.3 at -2.5 and +2.5, one seventh and six sevenths, behind a high barrier.
  const two: Energy = (rows, { count }) => {
    const u = new Float64Array(count);
    const grad = new Float64Array(2 * count);
    for (let r = 0; r < count; r++) {
      const [x, y] = [rows[2 * r]!, rows[2 * r + 1]!];
      const left = -((x + 2.5) ** 2) / 0.18;
      const right = Math.log(6) - (x - 2.5) ** 2 / 0.18;
      const top = Math.max(left, right);
      const total = Math.exp(left - top) + Math.exp(right - top);
      u[r] = -top - Math.log(total) + (y * y) / 2;
      grad[2 * r] =
        ((Math.exp(left - top) / total) * (x + 2.5) + (Math.exp(right - top) / total) * (x - 2.5)) /
        0.09;
      grad[2 * r + 1] = y;
    }
    return { u, grad };
  };
  const leftShare = async (options: EnergyOptions) => {
    // It begins in the right mode, a few deviations wide.
    using model = await fitEnergy(spec, two, {
      ...quick,
      steps: 400,
      learningRate: 3e-3,
      units: { shift: [2.5, 0], scale: [0.5, 1] },
      ...options,
    });
    const draws = await model.sample(4000, { seed: 1 });
    return draws.filter((x, i) => i % 2 === 0 && x < 0).length / 4000;
  };

  it("leaves one out by reverse KL alone, and not with data", async () => {
    expect(await leftShare({})).toBe(0);
    const rows = Array.from({ length: 700 }, (_, i) => [
      (i % 7 === 0 ? -2.5 : 2.5) + 0.3 * Math.sin(i),
      Math.cos(3 * i),
    ]);
    const share = await leftShare({ data: { rows } });
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.4);
  });
});

describe("a faulty energy", () => {
  const failing = (bad: unknown, options: EnergyOptions = {}) =>
    fitEnergy(spec, bad as Energy, { ...quick, ...options });
  const like = (parts: object) => expect.objectContaining(parts);

  it("tells a gradient that does not match, with the numbers", async () => {
    const force: Energy = async (rows, batch) => {
      const { u, grad } = await energy(rows, batch);
      return { u, grad: Array.from(grad, (g) => -g) };
    };
    await expect(failing(force)).rejects.toMatchObject({
      code: "USAGE",
      where: "fitEnergy: energy: grad",
      message: expect.stringMatching(
        /u changes by -?[\d.]+.*grad, which says -?[\d.]+.*8 of 8 rows/,
      ),
    });
    // Off by a tenth in one column only.
    const slightly: Energy = async (rows, batch) => {
      const { u, grad } = await energy(rows, batch);
      return { u, grad: Array.from(grad, (g, i) => (i % 2 === 0 ? 1.2 * g : g)) };
    };
    await expect(failing(slightly)).rejects.toThrow(like({ code: "USAGE" }));
    (await failing(slightly, { checkGradient: false, steps: 2 })).dispose();
  });

  it("tells NaN in most rows, and counts it in a few", async () => {
    const nan: Energy = (rows, { count }) => ({
      u: new Float64Array(count).fill(NaN),
      grad: new Float64Array(rows.length),
    });
    await expect(failing(nan)).rejects.toMatchObject({
      code: "NON_FINITE_INPUT",
      message: expect.stringContaining("128 of 128 rows"),
    });
    const some: Energy = async (rows, batch) => {
      const { u, grad } = await energy(rows, batch);
      // A hundredth of the plane.
      return { u: Array.from(u, (v, r) => (rows[2 * r]! > 3.2 ? NaN : v)), grad };
    };
    let nonFinite = 0;
    using model = await failing(some, {
      onEvent: (event) => {
        if (event.type === "end") ({ nonFinite } = event);
      },
    });
    expect(nonFinite).toBeGreaterThan(0);
    expect(model.parameters.every(Number.isFinite)).toBe(true);
    const tenth: Energy = async (rows, batch) => {
      const { u, grad } = await energy(rows, batch);
      return { u: Array.from(u, (v, r) => (r % 10 === 0 ? Infinity : v)), grad };
    };
    await expect(failing(tenth)).rejects.toThrow(like({ code: "NON_FINITE_INPUT" }));
  });

  it("tells a wrong shape", async () => {
    const short: Energy = (rows, { count }) => ({
      u: new Float64Array(count - 1),
      grad: new Float64Array(rows.length),
    });
    await expect(failing(short)).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining("expected 500 numbers, one per row, got 499 numbers"),
    });
    const noGradient = (_rows: Float64Array, { count }: { readonly count: number }) => ({
      u: new Float64Array(count),
    });
    await expect(failing(noGradient)).rejects.toThrow(
      like({ code: "SHAPE_MISMATCH", where: "fitEnergy: energy: grad" }),
    );
    await expect(failing(() => undefined)).rejects.toThrow(like({ code: "SHAPE_MISMATCH" }));
    await expect(failing(5)).rejects.toThrow(like({ code: "USAGE", where: "fitEnergy: energy" }));
  });

  it("tells one that never answers", async () => {
    const never: Energy = () => new Promise(() => undefined);
    await expect(failing(never, { secondsPerCall: 0.05 })).rejects.toMatchObject({
      code: "NOT_CONVERGED",
      where: "fitEnergy: energy",
      message: expect.stringContaining("0.05 s"),
    });
    const slow: Energy = (rows, batch) => {
      const end = performance.now() + 30;
      while (performance.now() < end);
      return energy(rows, batch);
    };
    await expect(failing(slow, { secondsPerCall: 0.01 })).rejects.toThrow(
      like({ code: "NOT_CONVERGED" }),
    );
  });

  it("can be aborted while it does not answer", async () => {
    using model = await createModel(spec, { threads: 1 });
    const asked = (abort: AbortController): Energy => {
      // The first question is answered, the second never.
      let calls = 0;
      return (rows, batch) => {
        if (calls++ === 0) return energy(rows, batch);
        setTimeout(() => abort.abort(new Error("enough")), 0);
        return new Promise(() => undefined);
      };
    };
    const [training, assessing] = [new AbortController(), new AbortController()];
    await expect(failing(asked(training), { signal: training.signal })).rejects.toThrow("enough");
    await expect(
      assess(model, asked(assessing), { rows: 100, signal: assessing.signal }),
    ).rejects.toThrow("enough");
  });

  it("gets so many rows at a time, and its own copy of them", async () => {
    const counts = new Set<number>();
    const greedy: Energy = async (rows, batch) => {
      counts.add(batch.count);
      const values = await energy(rows, batch);
      rows.fill(0);
      return values;
    };
    using plain = await failing(energy, { steps: 3 });
    using cut = await failing(greedy, { steps: 3, rowsPerCall: 100 });
    expect(cut.parameters).toEqual(plain.parameters);
    expect([...counts].sort((a, b) => a - b)).toEqual([8, 28, 100]);
  });
});

describe("options and specs that cannot be", () => {
  const refused = (options: object, given = spec) =>
    fitEnergy(given, energy, { ...quick, ...options });

  it.each([
    [{ step: 3 }, "USAGE", 'unknown option "step"'],
    [{ steps: 0 }, "USAGE", "fitEnergy: steps"],
    [{ batch: 2.5 }, "USAGE", "fitEnergy: batch"],
    [{ temperature: { start: 0.5 } }, "USAGE", "temperature: start"],
    [{ temperature: { start: 2, by: "magic" } }, "USAGE", "temperature: by"],
    [{ units: { scale: 0 } }, "USAGE", "units: scale"],
    [{ units: { shift: [1] } }, "USAGE", "units: shift"],
    [{ data: { rows: [[1, 2]], share: 1 } }, "USAGE", "data: share"],
    [{ data: { rows: [[1, 2, 3]] } }, "SHAPE_MISMATCH", "fitEnergy: data"],
    [{ rowsPerCall: 0 }, "USAGE", "rowsPerCall"],
    [{ secondsPerCall: -1 }, "USAGE", "secondsPerCall"],
    [{ maxMinutes: 0 }, "USAGE", "maxMinutes"],
    [{ clip: NaN }, "USAGE", "clip"],
  ])("%j", async (options, code, words) => {
    await expect(refused(options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it("refuses what reverse KL cannot train", async () => {
    const thin = flow({ dims: 2, layers: [coupling({ conditioner: mlp({ dropout: 0.1 }) })] });
    const learned = flow({ dims: 2, base: gaussian({ learned: true }), layers: [] });
    const mixture = flow({ dims: 2, base: gaussianMixture(), layers: [] });
    for (const one of [thin, learned, mixture])
      await expect(refused({}, one)).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
    await expect(refused({ device: "reference" })).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  });
});
