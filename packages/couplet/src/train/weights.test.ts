/** Weighted rows: the gradient of batches is that of the weighted likelihood, whatever the unit of the weights. */
import {
  alternating,
  coupling,
  createModel,
  fit,
  flow,
  mlp,
  rationalQuadratic,
  repeat,
} from "couplet";
import type { FlowModel } from "couplet";
import { describe, expect, it } from "vitest";
import { generator, normals } from "../../../../test/random.ts";
import { splitData } from "./data.ts";
import { likelihoodTask } from "./likelihood-task.ts";
import { settingsFor } from "./options.ts";
import { Trainer } from "./trainer.ts";

const spec = flow({
  dims: 2,
  layers: repeat(3, (i) =>
    coupling({
      mask: alternating(i),
      transform: rationalQuadratic({ bins: 4 }),
      conditioner: mlp({ width: 8, activation: "tanh" }),
    }),
  ),
});
const ROWS = 400;
const device = { threads: 2, blas: false } as const;

/** Gradients of single steps over an epoch's batches: Adam's first moment after one step is a tenth of the gradient. */
async function gradients(weights: Float64Array, batch: number): Promise<Float64Array[]> {
  using model = (await createModel(spec, { ...device, seed: 1 })) as unknown as FlowModel;
  const noise = normals(model.parameters.length, 5, 0.3);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  const options = { batch, epochs: 1, clipNorm: 0, validation: { rows: normals(60, 3) }, weights };
  const data = splitData(spec, normals(2 * ROWS, 2), undefined, options);
  const settings = { ...settingsFor(options, ROWS), learningRate: 0, weightDecay: 0 };
  const task = likelihoodTask(model, data, options);
  await model.runner.device.prepareTraining();
  const found: Float64Array[] = [];
  for (let step = 0; step < ROWS / batch; step++) {
    const trainer = new Trainer(task, settings, Infinity);
    // A trainer for each: the moments begin at 0.
    await trainer.steps(0, step, 0, { most: 1 });
    const { mean } = await trainer.snapshot();
    found.push(Float64Array.from(mean!, (value) => value / 0.1));
    trainer.dispose();
  }
  return found;
}

describe("weights", () => {
  it("give batches whose mean gradient is the gradient of all rows", async () => {
    const { uniform } = generator(7);
    // As nested sampling leaves them: over six powers of ten.
    const weights = Float64Array.from({ length: ROWS }, () => 10 ** (-6 * uniform()));
    const [whole] = await gradients(weights, ROWS);
    const batches = await gradients(weights, 40);
    const mean = whole!.map((_, i) => batches.reduce((sum, g) => sum + g[i]! / batches.length, 0));
    const norm = Math.hypot(...whole!);
    expect(norm).toBeGreaterThan(0.01);
    // Float32 sums of 400 rows.
    expect(Math.hypot(...mean.map((value, i) => value - whole![i]!)) / norm).toBeLessThan(1e-5);
  });

  it.each([1e-300, 1e-50, 1e39, 1e308])("all %s are weights of 1", async (weight) => {
    const rows = normals(600, 1).map((value, i) => (i % 2 === 0 ? value : value ** 2));
    const options = { ...device, epochs: 3, seed: 2 };
    using plain = await fit(spec, rows, options);
    using weighted = await fit(spec, rows, {
      ...options,
      weights: new Float64Array(300).fill(weight),
    });
    const [a, b] = [await plain.logProb(rows), await weighted.logProb(rows)];
    // Means of columns are summed in another order of rounding.
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-3));
    expect(a).not.toEqual(await untrained(rows));
  });

  it("1e300 beside 1e-300 are weights of 1 beside 0, on either side of the split", async () => {
    const rows = normals(600, 1);
    const options = { ...device, epochs: 3, seed: 2 };
    const weights = (large: number, small: number) =>
      Float64Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? small : large));
    using near = await fit(spec, rows, { ...options, weights: weights(1, 0) });
    using far = await fit(spec, rows, { ...options, weights: weights(1e300, 1e-300) });
    expect(await far.logProb(rows)).toEqual(await near.logProb(rows));
    // A single large one, whichever side it comes to: the others of its own side are nothing beside it.
    for (const at of [0, 1, 2, 3]) {
      const alone = new Float64Array(300).fill(1e-300);
      alone[at] = 1e300;
      using model = await fit(spec, rows, { ...options, weights: alone });
      expect((await model.logProb(rows)).every((value) => !Number.isNaN(value))).toBe(true);
    }
  });

  it.each([
    ["negative", -1],
    ["not a number", NaN],
    ["infinite", Infinity],
  ])("that are %s are refused, by row", async (_name, weight) => {
    const weights = new Float64Array(300).fill(1);
    weights[17] = weight;
    const failed = fit(spec, normals(600, 1), { ...device, weights });
    await expect(failed).rejects.toMatchObject({ code: "DATA_INVALID" });
    await expect(failed).rejects.toThrow(new RegExp(`${weight} at row 17`));
  });

  it.each([
    ["string", Array.from({ length: 300 }, () => "1")],
    ["bigint", Array.from({ length: 300 }, () => 1n)],
  ])("that are a %s are refused", async (name, weights) => {
    const failed = fit(spec, normals(600, 1), { ...device, weights: weights as never });
    await expect(failed).rejects.toThrow(new RegExp(`from 0 up.* got ${name} at row 0`));
  });
});

async function untrained(rows: Float64Array): Promise<Float64Array> {
  using model = await createModel(spec, device);
  return await model.logProb(rows);
}
