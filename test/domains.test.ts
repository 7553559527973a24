/** Variables on intervals and circles: densities that integrate to 1 there, have no seam, and keep their units. */
import {
  affine,
  box,
  byDomain,
  circle,
  coupling,
  createModel,
  domains,
  fit,
  flow,
  FlowModel,
  lu,
  modelToBytes,
  neuralSpline,
  permutation,
  real,
  repeat,
  alternating,
  mlp,
} from "couplet";
import { coupledAngles, fitEnergy } from "couplet/energy";
import { describe, expect, it } from "vitest";
import { generator, normals } from "./random.ts";

/** An hour of the day and a share. */
const spec = flow({
  dims: 2,
  base: domains([circle(0, 24), box(0, 1)]),
  layers: repeat(4, (i) =>
    coupling({
      mask: alternating(i),
      transform: byDomain({ bins: 5 }),
      conditioner: mlp({ width: 8, activation: "tanh" }),
    }),
  ),
});

async function wild() {
  const model = await createModel(spec, { device: "reference" });
  model.setParameters(Float32Array.from(normals(model.parameters.length, 5, 0.4)));
  return model;
}

describe("a wild density of an hour and a share", () => {
  it("integrates to 1", async () => {
    using model = await wild();
    // Midpoints: the density is C0 with kinks at knots, so that the error falls like h^2.
    const n = 160;
    const rows = new Float64Array(2 * n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) rows.set([(24 * (i + 0.5)) / n, (j + 0.5) / n], 2 * (i * n + j));
    const logProb = await model.logProb(rows);
    const integral = (logProb.reduce((sum, l) => sum + Math.exp(l), 0) * 24) / (n * n);
    expect(Math.abs(integral - 1)).toBeLessThan(2e-3);
    // It is far from uniform, or the test would see nothing.
    expect(Math.max(...logProb) - Math.min(...logProb)).toBeGreaterThan(1);
  });

  it("has no seam on the circle, and turns do not matter", async () => {
    using model = await wild();
    for (const share of [0.2, 0.9]) {
      const [at, before, after, later] = await model.logProb([
        [0, share],
        [24 - 1e-7, share],
        [24 + 5, share],
        [5, share],
      ]);
      expect(Math.abs(at! - before!)).toBeLessThan(1e-5);
      expect(after).toBeCloseTo(later!, 9);
    }
  });

  it("is 0 outside the box, and not at its ends", async () => {
    using exact = await wild();
    using fast = await createModel(spec, { threads: 1 });
    fast.setParameters(exact.parameters);
    for (const model of [exact, fast]) {
      const [low, high, under, over] = await model.logProb([
        [3, 0],
        [3, 1],
        [3, -1e-3],
        [3, 1.001],
      ]);
      expect(Number.isFinite(low! + high!)).toBe(true);
      expect([under, over]).toEqual([-Infinity, -Infinity]);
    }
  });

  it("draws rows inside, and comes back from its file bit by bit", async () => {
    using exact = await wild();
    using model = await createModel(spec, { threads: 1 });
    model.setParameters(exact.parameters);
    const draws = await model.sample(5000, { seed: 1 });
    draws.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(i % 2 === 0 ? 24 : 1);
    });
    expect((await model.logProb(draws)).every(Number.isFinite)).toBe(true);
    using back = await FlowModel.fromBytes(modelToBytes(model), { threads: 1 });
    const turned = draws.map((value, i) => (i % 2 === 0 ? value + 48 : value));
    expect(await back.logProb(turned)).toEqual(await model.logProb(turned));
    await expect(model.sample(5, { temperature: 0.5 })).rejects.toMatchObject({ code: "USAGE" });
  });
});

it("learns angles that lie around the cut, a share and a real number", async () => {
  const { normal, uniform } = generator(7);
  const rows = Array.from({ length: 1500 }, () => {
    const angle = Math.PI + 0.5 * normal();
    const share = Math.min(0.999, Math.max(0.001, uniform() ** 2));
    return [angle, share, 3 * Math.sin(angle) + 0.3 * normal()];
  });
  const mixed = neuralSpline({
    dims: 3,
    width: 24,
    couplings: 4,
    base: domains([circle(), box(0, 1), real()]),
  });
  using model = await fit(mixed, rows, { epochs: 40, learningRate: 5e-3, threads: 1, seed: 1 });
  // Entropies of the parts: ln(0.5 sqrt(2 pi e)); -E ln(1 / (2 sqrt s)) = ln 2 - 1; ln(0.3 sqrt(2 pi e)).
  const normalEntropy = 0.5 * Math.log(2 * Math.PI * Math.E);
  const entropy = Math.log(0.5) + normalEntropy + (Math.LN2 - 1) + Math.log(0.3) + normalEntropy;
  const { best, gaussianLoss } = model.training!;
  // Within a quarter of a nat after 40 epochs; a Gaussian is further.
  expect(best.validationLoss).toBeLessThan(entropy + 0.25);
  expect(gaussianLoss).toBeGreaterThan(entropy + 0.4);
  // Rows are taken around the circle: the same model from rows a turn away.
  const far = rows.map(([angle, ...rest]) => [angle! - 4 * Math.PI, ...rest]);
  const [near, away] = [await model.logProb(rows), await model.logProb(far)];
  near.forEach((l, r) => expect(Math.abs(l - away[r]!)).toBeLessThan(1e-3));
  await expect(fit(mixed, [...rows, [0, 1.5, 0]], { threads: 1 })).rejects.toMatchObject({
    code: "DATA_INVALID",
    message: expect.stringContaining("from 0 to 1, the variable's box, got 1.5"),
  });
});

it("has log Z of coupled angles as their Bessel series has it", async () => {
  const { energy, logZ } = coupledAngles();
  let found: { logZ: number; logZError: number; essShare: number } | undefined;
  const run = fitEnergy(
    neuralSpline({ dims: 2, width: 24, couplings: 4, base: domains([circle(), circle()]) }),
    energy,
    {
      steps: 400,
      batch: 256,
      learningRate: 3e-3,
      threads: 1,
      onEvent: (event) => {
        if (event.type === "end") found = event.evaluation;
      },
    },
  );
  (await run).dispose();
  expect(Math.abs(found!.logZ - logZ!)).toBeLessThan(4 * found!.logZError);
  expect(found!.logZError).toBeLessThan(0.02);
  expect(found!.essShare).toBeGreaterThan(0.7);
});

describe("specs that cannot be", () => {
  const wrong = (make: () => unknown, words: string) =>
    expect(make).toThrow(
      expect.objectContaining({ code: "SPEC_INVALID", message: expect.stringContaining(words) }),
    );

  it("names the fault", () => {
    wrong(
      () => box(1, 1),
      "expected a finite low below a finite high, 1e-300 to 1e305 from it, got 1 and 1",
    );
    // Their widths are Infinity and a number whose unit is 0.
    wrong(() => box(-1e308, 1e308), "got -1e+308 and 1e+308");
    wrong(() => circle(0, 5e-324), "got 0 and 5e-324");
    wrong(() => circle(0, NaN), "circle");
    const base = domains([real(), circle()]);
    wrong(() => flow({ dims: 3, base, layers: [] }), "3 of them");
    for (const layer of [permutation("reverse"), lu(), coupling({ transform: affine() })])
      wrong(() => flow({ dims: 2, base, layers: [layer] }), "keeps each variable's domain");
    const contradicting = { kind: "domains", domains: [{ kind: "box", low: 2, high: 1 }] } as const;
    wrong(
      () => flow({ dims: 1, base: contradicting, layers: [] }),
      "a finite low below a finite high",
    );
  });
});
