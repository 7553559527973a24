/** Layer-wise training through `fit`: what a sweep moves, schemes against each other, checkpoints, errors. */
import { actNorm, affine, alternating, coupling, fit, flow, lu, mlp } from "couplet";
import type { FitOptions, FlowModel } from "couplet";
import { layerwise } from "couplet/layerwise";
import type { LayerwiseOptions, SweepRecord } from "couplet/layerwise";
import { describe, expect, it } from "vitest";
import { normals } from "../../../../../../test/random.ts";
import { readSafetensors } from "../../../file/read-safetensors.ts";
import type { FileTensor } from "../../../file/safetensors.ts";
import { writeSafetensors } from "../../../file/write-safetensors.ts";
import { blocksOf } from "./blocks.ts";
import { visitsOf } from "./options.ts";

const rowCount = 240;
const noise = normals(2 * rowCount, 5);
/** A parabola of two variables. */
const rows = noise.map((value, i) =>
  i % 2 === 0 ? value : 0.5 * noise[i - 1]! ** 2 + 0.5 * value,
);
const spec = flow({
  dims: 2,
  layers: [0, 1, 0].map((start) =>
    coupling({
      mask: alternating(start as 0 | 1),
      transform: affine(),
      conditioner: mlp({ width: 8, depth: 1, activation: "tanh" }),
    }),
  ),
});
type Options = Omit<FitOptions<false>, "context">;
/** An epoch of all rows is a sweep. */
const whole: Options = {
  batch: rowCount,
  validation: { rows },
  epochs: 12,
  patience: 100,
  seed: 3,
  blas: false,
  threads: 1,
};
/** 5 batches an epoch, the last one ragged. */
const batches: Options = { ...whole, batch: 50, epochs: 6 };

async function outcome(
  given: LayerwiseOptions | undefined,
  options: Options,
  start: typeof spec | FlowModel = spec,
) {
  const records: SweepRecord[] = [];
  using model = await fit(start, rows, {
    ...options,
    ...(given === undefined
      ? {}
      : { strategy: layerwise({ ...given, onSweep: (record) => records.push(record) }) }),
  });
  return {
    records,
    end: { parameters: model.parameters, history: model.training!.history },
    loss: model.training!.history.at(-1)![1],
  };
}

describe("blocks", () => {
  it("are couplings with the layers before them, the last one with those behind", async () => {
    using model = await fit(
      flow({
        dims: 2,
        layers: [actNorm(), spec.layers[0]!, lu(), spec.layers[1]!, lu(), actNorm()],
      }),
      rows,
      { ...whole, epochs: 1 },
    );
    const ranges = model.parameterList.map(({ name, offset, size }) => ({
      name,
      start: offset,
      end: offset + Math.ceil(size / 16) * 16,
    }));
    const blocks = blocksOf(ranges);
    expect(blocks.map(({ name }) => name)).toEqual(["layers[1]", "layers[3]"]);
    const after = ranges.find(({ name }) => name.startsWith("layers[2]"))!.start;
    expect(blocks.map(({ start, end }) => [start, end])).toEqual([
      [0, after],
      [after, ranges.at(-1)!.end],
    ]);
    expect(blocksOf(ranges.filter(({ name }) => /^layers\[[0245]\]/.test(name)))).toHaveLength(4);
  });

  it("are visited in the order that is asked for", () => {
    const names = ["a", "b", "c"];
    const order = (given: Parameters<typeof visitsOf>[0]) => visitsOf(given, names, "gaussSeidel");
    expect(order("forward")).toEqual([0, 1, 2]);
    expect(order("backward")).toEqual([2, 1, 0]);
    expect(order("symmetric")).toEqual([0, 1, 2, 1, 0]);
    expect(order([1, 0, 2, 1])).toEqual([1, 0, 2, 1]);
  });
});

describe("a sweep", () => {
  const gradient = { kind: "gradient", rate: 0.05 } as const;

  it("of Jacobi's single gradient steps is a step of gradient descent, of Gauss-Seidel's it is not", async () => {
    const jacobi = await outcome({ scheme: "jacobi", rule: gradient }, { ...whole, epochs: 5 });
    const serial = await outcome({ rule: gradient }, { ...whole, epochs: 5 });
    const descent: number[] = [];
    using model = await fit(spec, rows, {
      ...whole,
      epochs: 5,
      strategy: {
        name: "descent",
        settings: {},
        begin: (driver) => ({
          async advance(place) {
            const { result, gradient: slope } = await driver.gradient(place);
            const { parameters } = await driver.read();
            driver.write({ parameters: parameters!.map((p, i) => p - 0.05 * slope[i]!) });
            descent.push(result.loss / result.weight);
            return result;
          },
          snapshot: () => ({}),
        }),
      },
    });
    expect(jacobi.end.parameters).toEqual(model.parameters);
    expect(jacobi.records.map(({ loss }) => loss)).toHaveLength(descent.length);
    expect(serial.end.parameters).not.toEqual(model.parameters);
  });

  it("counts its steps, and goes round the batches that an epoch has left", async () => {
    const { records } = await outcome({ steps: 3, greedy: 2 }, batches);
    // 5 batches an epoch: windows of 3 and 2, three steps a visit either way; 6 visits alone, then sweeps of 9 steps.
    expect(records).toHaveLength(12);
    expect(records.map(({ greedy }) => greedy).slice(0, 7)).toEqual([0, 0, 1, 1, 2, 2, undefined]);
    expect(records.at(-1)!.steps).toBe(6 * 3 + 6 * 9);
  });

  it("relaxed by 1 is the sweep itself; SOR and damped Jacobi are between where they were and where they went", async () => {
    const plain = await outcome({ rule: gradient }, { ...whole, epochs: 1 });
    const one = await outcome(
      { rule: gradient, scheme: { kind: "sor", factor: 1 } },
      { ...whole, epochs: 1 },
    );
    expect(one.end).toEqual(plain.end);
    const half = (kind: "sor" | "jacobi") =>
      outcome({ rule: gradient, scheme: { kind, factor: 0.5 } }, { ...whole, epochs: 1 });
    const slow = await outcome(
      { rule: { kind: "gradient", rate: 0.025 } },
      { ...whole, epochs: 1 },
    );
    // One gradient step relaxed by a half is a step at half the rate.
    const distance = (a: Float32Array, b: Float32Array) =>
      Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
    expect(distance((await half("sor")).end.parameters, slow.end.parameters)).toBeLessThan(1e-6);
    expect((await half("jacobi")).records[0]!.residual).toBeLessThan(plain.records[0]!.residual);
  });
});

describe("schemes", () => {
  it("all lower the loss by Adam's steps on batches", async () => {
    const options: Options = { ...batches, epochs: 20, learningRate: 1e-2 };
    const joint = await outcome(undefined, options);
    const first = joint.end.history[0]![1];
    for (const given of [
      { order: "symmetric" },
      { order: "backward", greedy: 3 },
      { scheme: "jacobi" },
      { scheme: { kind: "sor", factor: 1.3 } },
    ] satisfies LayerwiseOptions[]) {
      const { loss } = await outcome(given, options);
      expect(loss, JSON.stringify(given)).toBeLessThan(first - 0.05);
      expect(loss).toBeLessThan(joint.loss + 0.1);
    }
  });

  it("accelerated by Anderson's method need a third of the sweeps", async () => {
    const rule = { kind: "gradient", rate: 0.1 } as const;
    // Not from the identity, where the networks' inner weights have no gradient.
    using start = await fit(spec, rows, { ...whole, epochs: 250, learningRate: 2e-2 });
    const plain = await outcome({ rule }, { ...whole, epochs: 90 }, start);
    const fast = await outcome({ rule, scheme: "anderson" }, { ...whole, epochs: 30 }, start);
    expect(fast.records.some(({ step }) => step === "accelerated")).toBe(true);
    expect(fast.loss).toBeLessThan(plain.loss);
  });

  it("accelerated by Anderson's method do not climb to the saddle that they start from", async () => {
    const rule = { kind: "gradient", rate: 0.1 } as const;
    const plain = await outcome({ rule }, { ...whole, epochs: 60 });
    const fast = await outcome({ rule, scheme: "anderson" }, { ...whole, epochs: 60 });
    expect(fast.loss).toBeLessThan(plain.loss + 0.01);
  });

  it("of which sweeps run away end with the growth and the way out", async () => {
    const run = outcome(
      { scheme: "jacobi", rule: { kind: "gradient", rate: 30 } },
      { ...whole, epochs: 200 },
    );
    await expect(run).rejects.toThrow(
      /layerwise: sweep \d+: expected sweeps that move the parameters less and less, got moves from .* Jacobi's sweep diverges where blocks are strongly coupled/,
    );
  });
});

describe("threads", () => {
  it.each<[LayerwiseOptions]>([
    [{ steps: 2, scheme: { kind: "sor", factor: 1.2 } }],
    [{ scheme: "anderson", rule: { kind: "gradient", rate: 0.05 } }],
  ])("of any number give the same bits: %j", async (given) => {
    const options: Options = { ...batches, epochs: 3 };
    const { end } = await outcome(given, { ...options, threads: 2 });
    expect(end).toEqual((await outcome(given, options)).end);
  });
});

const named = (name: string): string => `strategy:${name}`;

describe("a checkpoint", () => {
  const savedAfter = async (epochs: number, given: LayerwiseOptions, options: Options) => {
    const stop = new AbortController();
    let saved: Uint8Array | undefined;
    await outcome(given, {
      ...options,
      stop: stop.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === epochs) stop.abort();
      },
      checkpoint: { everySeconds: 1e6, save: (bytes) => void (saved = bytes) },
    });
    return saved!;
  };

  it.each<[LayerwiseOptions]>([
    [{ steps: 2 }],
    [{ scheme: { kind: "jacobi", factor: 0.8 }, greedy: 1 }],
    [{ scheme: "anderson", rule: { kind: "gradient", rate: 0.05 } }],
  ])("goes on to the same bits: %j", async (given) => {
    const options = given.rule === undefined ? batches : whole;
    const { end } = await outcome(given, options);
    const resume = await savedAfter(4, given, options);
    expect((await outcome(given, { ...options, resume })).end).toEqual(end);
    await expect(outcome({ ...given, order: "backward" }, { ...options, resume })).rejects.toThrow(
      /one with other strategy/,
    );
  });

  it("is refused with tensors that no sweep leaves, though its checksum is right", async () => {
    const given: LayerwiseOptions = {
      scheme: "anderson",
      rule: { kind: "gradient", rate: 0.05 },
    };
    const resume = await savedAfter(4, given, whole);
    const { tensors, metadata } = readSafetensors(resume, "checkpoint");
    const own = [...tensors.keys()].filter((name) => name.startsWith("strategy:"));
    expect(own).toEqual(expect.arrayContaining(["place", "updated", "x0", "mapped0"].map(named)));
    for (const name of own) {
      const { data } = tensors.get(name)!;
      const wrong = {
        missing: undefined,
        short: data.slice(1),
        "no numbers": data.map(() => NaN),
      };
      for (const [how, values] of Object.entries(wrong)) {
        // Without a pair's point the pairs end there, which a shorter window may.
        if (how === "missing" && name.startsWith("strategy:x") && !tensors.has(`${name}1`))
          continue;
        const others = new Map<string, FileTensor>(tensors);
        if (values === undefined) others.delete(name);
        else others.set(name, { shape: [values.length], data: values });
        const again = outcome(given, { ...whole, resume: writeSafetensors(others, metadata) });
        await expect(again, `${name} ${how}`).rejects.toMatchObject({
          code: "FILE_INVALID",
          where: "resume: strategy",
        });
      }
    }
  });

  it("is cut within a sweep, too", async () => {
    const given: LayerwiseOptions = { steps: 5, scheme: "jacobi" };
    const { end } = await outcome(given, batches);
    let cuts = 0;
    let resume: Uint8Array | undefined;
    for (;;) {
      const stop = new AbortController();
      const strategy = layerwise(given);
      const cut = {
        ...strategy,
        begin: ((driver, saved) => {
          let jobs = 0;
          const run: typeof driver.run = async (...parameters) => {
            const result = await driver.run(...parameters);
            if (++jobs < 2) return result;
            stop.abort();
            return { ...result, stopped: "aborted" };
          };
          return strategy.begin({ ...driver, run }, saved);
        }) satisfies typeof strategy.begin,
      };
      try {
        using model = await fit(spec, rows, {
          ...batches,
          strategy: cut,
          signal: stop.signal,
          checkpoint: { everySeconds: 1e6, save: (bytes) => void (resume = bytes) },
          ...(resume === undefined ? {} : { resume }),
        });
        expect(model.parameters).toEqual(end.parameters);
        break;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        cuts++;
      }
    }
    expect(cuts).toBe(9);
  });
});

describe("what cannot be", () => {
  it.each([
    [
      { scheme: "gaussSidel" },
      /layerwise: scheme: expected .*gaussSeidel.*Did you mean "gaussSeidel"/,
    ],
    [{ scheme: { kind: "sor", factor: 2 } }, /factor: expected a number between 0 and 2, got 2/],
    [{ scheme: { kind: "sor" } }, /factor: expected a number between 0 and 2, got undefined/],
    [{ scheme: { kind: "anderson", depth: 0 } }, /depth: expected an integer from 1 to 100/],
    [{ scheme: { kind: "gaussSeidel", factor: 0.5 } }, /unknown option "factor"/],
    [{ scheme: null }, /layerwise: scheme/],
    [{ steps: 0 }, /steps: expected an integer from 1 to 10000/],
    [{ steps: 1e9 }, /steps: expected an integer from 1 to 10000, got 1000000000/],
    [{ greedy: 1e9 }, /greedy: expected an integer from 0 to 10000/],
    [{ scheme: { kind: "anderson", depth: 1e6 } }, /depth: expected an integer from 1 to 100/],
    [{ order: [0, 1, -1] }, /order: expected an integer from 0/],
    [{ order: "forwards" }, /Did you mean "forward"/],
    [{ order: "symmetric", scheme: "jacobi" }, /each block once a sweep/],
    [{ rule: { kind: "gradient" } }, /rate: expected a number above 0/],
    [{ rule: { kind: "adam", rate: 1 } }, /unknown option "rate"/],
    [{ sweeps: 3 }, /unknown option "sweeps"/],
    [{ onSweep: 3 }, /onSweep: expected a function, got 3/],
  ])("is refused when asked for: %j", (options, message) => {
    expect(() => layerwise(options as unknown as LayerwiseOptions)).toThrow(message);
  });

  it.each([
    [{ order: [0, 1] }, {}, /expected each block of 0 to 2 \(layers\[0\].*, got 0, 1, without 2/],
    [{ order: [0, 1, 2, 3] }, {}, /order: expected blocks 0 to 2 .*, got 3/],
    [{ order: [0, 1, 2, 1], scheme: "jacobi" }, {}, /each block once a sweep/],
    [{ scheme: "jacobi" }, { ema: 0.9 }, /fit: ema: expected 0 with this layer-wise training/],
  ] satisfies [LayerwiseOptions, Options, RegExp][])(
    "is refused when the training begins: %j %j",
    async (given, options, message) => {
      await expect(outcome(given, { ...batches, ...options })).rejects.toThrow(message);
    },
  );
});
