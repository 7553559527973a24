/** What a fit does with units, outliers and options that would give a wrong number without a word. */
import { actNorm, alternating, coupling, fit, flow, lu, mlp, repeat } from "couplet";
import type { FitOptions, FlowSpec, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "../../../../test/random.ts";
import { clippedChange } from "./compare-losses.ts";

const quick = { epochs: 8, batch: 64, threads: 1, blas: false, seed: 2 } as const;
const plain = flow({
  dims: 2,
  layers: repeat(2, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 8 }) })),
});
const bent = (rows: number, seed: number) =>
  normals(2 * rows, seed).map((value, i, all) =>
    i % 2 === 0 ? value : 0.3 * value + all[i - 1]! ** 2,
  );
const rows = bent(900, 1);

async function watched(spec: FlowSpec<false>, data: Float64Array, options: FitOptions<false>) {
  const warnings: string[] = [];
  let end: Extract<TrainEvent, { type: "end" }> | undefined;
  const onEvent = (event: TrainEvent) => {
    if (event.type === "warning") warnings.push(event.message);
    if (event.type === "end") end = event;
  };
  const model = await fit(spec, data, { ...options, onEvent });
  return { model, warnings, end: end! };
}

const mean = (values: Float64Array) => values.reduce((a, b) => a + b / values.length, 0);

describe("the unit of a column", () => {
  it.each([1e-300, 1e-20, 1e20, 1e300])("of %s changes nothing but the unit", async (unit) => {
    const spec = flow({
      dims: 2,
      context: 1,
      layers: [
        actNorm(),
        ...repeat(2, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 8 }) })),
      ],
    });
    const context = rows.filter((_, i) => i % 2 === 0).map((value, i) => value + (i % 3));
    const density = async (scale: number) => {
      using model = await fit(
        spec,
        rows.map((value) => value * scale),
        {
          ...quick,
          context: context.map((value) => value * scale),
        },
      );
      return await model.logProb(
        rows.map((value) => value * scale),
        {
          context: context.map((value) => value * scale),
        },
      );
    };
    const [one, other] = [await density(1), await density(unit)];
    // Rounding of the standardised values, grown over a few epochs of float32 steps.
    one.forEach((value, i) =>
      expect(Math.abs(other[i]! + 2 * Math.log(unit) - value)).toBeLessThan(1e-2),
    );
  });

  it("of a value near the largest double is refused, by row and column", async () => {
    const broken = rows.slice();
    broken[2 * 17 + 1] = Number.MAX_VALUE;
    const failed = fit(plain, broken, { ...quick, columns: ["a", "b"] });
    await expect(failed).rejects.toMatchObject({ code: "DATA_INVALID" });
    await expect(failed).rejects.toThrow(/row 17, column b/);
  });
});

describe("a wild held-out row", () => {
  const held = bent(300, 5);
  it("does not choose the epoch, and is told", async () => {
    const wild = held.slice();
    wild[7] = -99999;
    const options = { ...quick, epochs: 25, learningRate: 0.01 };
    const clean = await watched(plain, rows, { ...options, validation: { rows: held } });
    const dirty = await watched(plain, rows, { ...options, validation: { rows: wild } });
    const test = bent(1000, 9);
    const [a, b] = [await clean.model.logProb(test), await dirty.model.logProb(test)];
    expect(Math.abs(mean(a) - mean(b))).toBeLessThan(0.05);
    expect(clean.warnings).toEqual([]);
    expect(dirty.warnings.join()).toMatch(
      /column 1 of the held-out rows has a value far .* such as -99999 in held-out row 3,/,
    );
    clean.model.dispose();
    dirty.model.dispose();
  });

  it("is clipped: the rule sees the other rows", () => {
    const before = new Float64Array(100).fill(2);
    const after = new Float64Array(100).fill(1.9);
    after[3] = 1e12;
    expect(clippedChange(after, before, undefined)).toBeCloseTo(-0.1, 12);
    after[3] = NaN;
    expect(clippedChange(after, before, undefined)).toBeCloseTo(-0.1, 12);
    // Two of a hundred are more than a percentile: they count.
    after[4] = Infinity;
    expect(clippedChange(after, before, undefined)).toBe(Infinity);
    // Ordinary rows choose by their mean, whatever their tails: here a few gain what many lose.
    const skewed = Float64Array.from(
      { length: 100 },
      (_, i) => 2 + (i < 3 ? -0.9 + 0.1 * i : 0.01),
    );
    const mean = skewed.reduce((sum, loss) => sum + (loss - 2) / 100, 0);
    expect(clippedChange(skewed, before, undefined)).toBeCloseTo(mean, 12);
    // A row that was and is infinitely bad does not change.
    const both = before.with(0, Infinity);
    expect(clippedChange(both, both, undefined)).toBe(0);
  });

  it("where most rows are wild is an error, not a model", async () => {
    const all = held.map((value) => value * 1e200);
    await expect(fit(plain, rows, { ...quick, validation: { rows: all } })).rejects.toMatchObject({
      code: "DATA_INVALID",
      where: "fit: validation",
    });
    const none = { rows: new Float64Array(0) };
    await expect(fit(plain, rows, { ...quick, validation: none })).rejects.toThrow(
      /validation: expected at least one row/,
    );
  });
});

describe("what is said before and after", () => {
  it("names the mark of a missing value", async () => {
    const marked = rows.slice();
    for (const r of [3, 40, 77]) marked[2 * r] = -9999;
    const { model, warnings } = await watched(plain, marked, { ...quick, columns: ["a", "b"] });
    model.dispose();
    expect(warnings.join("\n")).toMatch(
      /column "a" has the value -9999 in \d of \d+ training rows/,
    );
  });

  it.each([
    ["the mark of a survey", 20, -99, /context column 0 has the value -99 in \d+ of/],
    ["the largest power", 33, 1e20, /context column 0 has the value 100000000000000000000 in/],
    [
      "single precision",
      33,
      Math.fround(-9999.9),
      /context column 0 has the value -9999.900390625/,
    ],
    ["another unit", 33, 12345678, /context column 0: three quarters .* in row \d+: the flow sees/],
  ])("names %s in the context", async (_name, every, mark, message) => {
    const spec = flow({ dims: 2, context: 1, layers: plain.layers });
    const context = normals(900, 8).map((value, i) => (i % every === 3 ? mark : value));
    const { model, warnings } = await watched(spec as never, rows, {
      ...quick,
      epochs: 1,
      context,
    } as never);
    model.dispose();
    expect(warnings.join("\n")).toMatch(message);
  });

  it("names a part of the rows that decides a column's scale, and weights that leave few rows", async () => {
    const other = rows.map((value, i) => (i % 60 === 7 ? 1e12 + value : value));
    const weights = new Float64Array(900).fill(1).with(17, 1e9);
    const options = { ...quick, epochs: 1, columns: ["a", "b"], weights };
    const { model, warnings } = await watched(plain, other, options);
    model.dispose();
    expect(warnings.join("\n")).toMatch(
      /column "b": three quarters of its values lie within .* such as 1\d{12}/,
    );
    expect(warnings.join("\n")).toMatch(/the weights leave 1\.0 of \d+ training rows in effect/);
  });

  it("names wild held-out contexts, which no draw is checked with", async () => {
    const spec = flow({ dims: 2, context: 1, layers: plain.layers });
    const context = normals(900, 8);
    for (const wild of [-99999, 1e200]) {
      const held = { rows: bent(100, 3), context: normals(100, 9).with(5, wild) };
      const { model, warnings } = await watched(spec as never, rows, {
        ...quick,
        context,
        validation: held,
      } as never);
      model.dispose();
      expect(warnings.join("\n")).toContain(
        `context column 0 of the held-out rows has a value far beyond`,
      );
    }
  });

  it("says that a training ended before an epoch did", async () => {
    const { model, warnings, end } = await watched(plain, rows, { ...quick, maxMinutes: 1e-9 });
    model.dispose();
    expect(end.best.epoch).toBe(0);
    expect(warnings).toEqual([expect.stringContaining("ended before an epoch did")]);
  });

  it("names a column that is constant but for rounding", async () => {
    const constant = rows.map((value, i) => (i % 2 === 0 ? value : i % 3 === 0 ? 0.3 : 0.1 + 0.2));
    const { model, warnings } = await watched(plain, constant, { ...quick, epochs: 1 });
    model.dispose();
    expect(warnings.join()).toMatch(
      /column 1 has the value 0.3\d*, but for rounding, in every training row/,
    );
  });

  it("names columns that no coupling changes", async () => {
    const same = flow({ dims: 3, layers: repeat(3, () => coupling({ mask: alternating(0) })) });
    const data = normals(900, 3);
    const first = await watched(same, data, { ...quick, columns: ["a", "b", "c"] });
    expect(first.warnings.join("\n")).toMatch(/no coupling changes columns "a", "c":/);
    const turns = flow({ dims: 3, layers: repeat(2, (i) => coupling({ mask: alternating(i) })) });
    const second = await watched(turns, data, quick);
    expect(second.warnings.join("\n")).not.toMatch(/no coupling/);
    first.model.dispose();
    second.model.dispose();
  });

  it.each([false, true])(
    "says that training was in vain, with a learning rate that is too high (with an lu layer: %s)",
    async (withLu) => {
      const spec = withLu ? flow({ dims: 2, layers: [lu(), ...plain.layers] }) : plain;
      // Steps of 10 leave every parameter nowhere: no epoch can be better than the identity.
      const { model, warnings, end } = await watched(spec, rows, { ...quick, learningRate: 10 });
      model.dispose();
      expect(end.best.epoch).toBe(0);
      expect(warnings.join("\n")).toMatch(/learningRate 10 is high, the default is 0.001/);
    },
  );

  it("recommends an lu layer only where it is the Gaussian", async () => {
    const context = normals(600, 4);
    const one = flow({
      dims: 1,
      context: 1,
      layers: [coupling({ conditioner: mlp({ width: 4 }) })],
    });
    const messages: string[] = [];
    const onEvent = (event: TrainEvent) =>
      void (event.type === "warning" && messages.push(event.message));
    const theta = context.map((c, i) => c + 0.01 * normals(1, i)[0]!);
    (await fit(one, theta, { ...quick, epochs: 1, context, onEvent })).dispose();
    expect(messages.join("\n")).toMatch(/ended worse than a full-covariance Gaussian/);
    expect(messages.join("\n")).not.toMatch(/lu layer/);
  });

  it("marks with a Gaussian that is shrunk where rows are fewer than columns", async () => {
    const dims = 60;
    const shared = normals(80, 6);
    const data = normals(80 * dims, 7).map((value, i) => value + shared[Math.floor(i / dims)]!);
    const wide = flow({ dims, layers: [lu()] });
    const { model, end } = await watched(wide, data, quick);
    model.dispose();
    // The truth: (60 log(2 pi e) + log 61) / 2 = 87.2; independent columns: 60 log(2 pi e 2) / 2 = 105.9.
    expect(end.gaussianLoss).toBeGreaterThan(82);
    expect(end.gaussianLoss).toBeLessThan(110);
  });
});

describe("options", () => {
  it.each([
    ["epochs", 2.5, /epochs: expected an integer/],
    ["batch", 31.5, /batch: expected an integer/],
    ["epochs", "3", /epochs: expected a number, got "3"/],
    ["learningRate", "0.001", /learningRate: expected a number, got "0.001"/],
    ["lr", 0.01, /learningRate/],
    ["standardise", "no", /standardise: expected true or false, got "no"/],
    ["columns", "ab", /columns: expected an array of names, got "ab"/],
    ["columns", [1, 2], /columns: expected an array of names/],
    ["columns", ["a", "a"], /columns: expected different names, got "a" twice/],
    ["blas", "none", /blas: expected true or false, got "none"/],
    ["relaxedSimd", 0, /relaxedSimd: expected true or false, got 0/],
    ["threads", "2", /threads: expected a number, got "2"/],
    ["seed", null, /seed: expected a number, got null/],
    ["maxMinutes", [1], /maxMinutes: expected a number, got \[1\]/],
    ["onEvent", 1, /onEvent: expected a function, got 1/],
    ["signal", {}, /signal: expected an AbortSignal, got an object/],
    ["stop", 5, /stop: expected an AbortSignal, got 5/],
  ])("%s: %s is refused", async (name, value, message) => {
    const options = { ...quick, [name]: value } as unknown as FitOptions<false>;
    await expect(fit(plain, rows, options)).rejects.toMatchObject({ code: "USAGE" });
    await expect(fit(plain, rows, options)).rejects.toThrow(message);
  });
});
