/** Each diagnostic on cases with known answers: exact densities pass at their nominal rate, wrong ones fail and are told how. */
import { describe, expect, it } from "vitest";
import { philoxNormal } from "../random/philox.ts";
import type { Density, DensityCall } from "./density.ts";
import { regionCoverage } from "./region-coverage.ts";
import { simulationBasedCalibration } from "./simulation-based-calibration.ts";
import { tarp } from "./tarp.ts";
import { twoSampleTest } from "./two-sample.ts";

const normal = (seed: number, row: number, stream: number): number =>
  philoxNormal({ seed, row, stream });

/** theta ~ N(0, I) in two variables, x = theta + e: the posterior is N(x / 2, 1/2), with what is wrong about it. */
function posterior({ shift = 0, scale = 1, correlation = 0 } = {}): Density {
  const deviation = Math.SQRT1_2 * scale;
  const rest = Math.sqrt(1 - correlation ** 2);
  const standard = (rows: Float64Array, context: Float64Array, i: number): [number, number] => {
    const a = (rows[2 * i]! - context[2 * i]! / 2 - shift) / deviation;
    const b = (rows[2 * i + 1]! - context[2 * i + 1]! / 2 - shift) / deviation;
    return [a, (b - correlation * a) / rest];
  };
  return {
    spec: { dims: 2, context: 2 },
    logProb: async (rows: Float64Array, { context }: DensityCall = {}) =>
      Float64Array.from({ length: rows.length / 2 }, (_, i) => {
        const [a, b] = standard(rows, context!, i);
        return -(a * a + b * b) / 2 - Math.log(2 * Math.PI * deviation ** 2 * rest);
      }),
    sample: async (count: number, { context, seed = 0 }: DensityCall = {}) =>
      Float64Array.from({ length: 2 * count }, (_, k) => {
        const [i, j] = [Math.floor(k / 2), k % 2];
        const a = normal(seed, i, 7);
        const z = j === 0 ? a : correlation * a + rest * normal(seed, i, 8);
        return context![k]! / 2 + shift + deviation * z;
      }),
  };
}

/** Parameters and data from the simulator. */
function simulations(rows: number, seed: number) {
  const theta = Float64Array.from({ length: 2 * rows }, (_, k) => normal(seed, k, 1));
  const context = theta.map((value, k) => value + normal(seed, k, 2));
  return { theta, context };
}

type Judge = (model: Density, seed: number) => Promise<number>;

const judges: readonly (readonly [string, Judge])[] = [
  [
    "simulationBasedCalibration",
    async (model, seed) => {
      const { theta, context } = simulations(300, seed);
      const options = { context, seed: 1000 * seed, draws: 49 };
      return (await simulationBasedCalibration(model, theta, options)).pValue;
    },
  ],
  [
    "tarp",
    async (model, seed) => {
      const { theta, context } = simulations(300, seed);
      return (await tarp(model, theta, { context, seed: 1000 * seed, draws: 49 })).test.pValue;
    },
  ],
  [
    "regionCoverage",
    async (model, seed) => {
      const { theta, context } = simulations(300, seed);
      const options = { context, seed: 1000 * seed, draws: 49 };
      return (await regionCoverage(model, theta, options)).test.pValue;
    },
  ],
];

describe.each(judges)("%s", (_, judge) => {
  it("rejects the exact posterior at its nominal rate", async () => {
    const trials = 50;
    let rejected = 0;
    for (let seed = 1; seed <= trials; seed++)
      if ((await judge(posterior(), seed)) < 0.1) rejected++;
    // 10 % of 50: 5. A right test rejects 13 or more once in a thousand, none five times in a thousand.
    expect(rejected).toBeLessThan(13);
    expect(rejected).toBeGreaterThan(0);
  });

  it.each([
    ["too narrow", { scale: 0.7 }],
    ["too wide", { scale: 1.4 }],
  ])("rejects a posterior that is %s", async (_, fault) => {
    // With 300 rows random points reject these at 0.005, the others at less than 0.002.
    expect(await judge(posterior(fault), 3)).toBeLessThan(0.01);
  });
});

it("sees by regions and random points what ranks of single variables cannot see", async () => {
  const { theta, context } = simulations(1000, 5);
  const wrong = posterior({ correlation: 0.8 });
  const options = { context, seed: 9 };
  const { pValue } = await simulationBasedCalibration(wrong, theta, options);
  expect(pValue).toBeGreaterThan(0.01);
  expect((await regionCoverage(wrong, theta, options)).test.pValue).toBeLessThan(1e-6);
  expect((await tarp(wrong, theta, options)).test.pValue).toBeLessThan(0.05);
});

it("says how a posterior is wrong", async () => {
  const { theta, context } = simulations(500, 6);
  const departures = async (fault: object) =>
    (await simulationBasedCalibration(posterior(fault), theta, { context })).variables.map(
      ({ departure }) => departure,
    );
  expect(await departures({ scale: 0.6 })).toEqual(["at the ends", "at the ends"]);
  expect(await departures({ scale: 1.6 })).toEqual(["in the middle", "in the middle"]);
  expect(await departures({ shift: 0.3 })).toEqual(["low", "low"]);
  expect(await departures({ shift: -0.3 })).toEqual(["high", "high"]);
});

it("measures the coverage of intervals and regions", async () => {
  const { theta, context } = simulations(2000, 7);
  const exact = await regionCoverage(posterior(), theta, { context });
  for (const { share, low, high } of exact.coverage) {
    // Eight levels of 95 % bands: twice their width holds all of them.
    expect(Math.abs(share - (low + high) / 2)).toBeLessThan(Math.max(0.006, high - low));
  }
  // N(0, 1) inside [-0.6 z, 0.6 z] of 90 %: 2 Phi(0.6 * 1.6449) - 1 = 0.676.
  const narrow = await simulationBasedCalibration(posterior({ scale: 0.6 }), theta, {
    context,
    levels: [0.9],
    draws: 399,
  });
  // Four standard errors of 2,000 rows: 0.042.
  expect(Math.abs(narrow.coverage[0]![0]!.share - 0.676)).toBeLessThan(0.042);
});

describe("twoSampleTest", () => {
  const sample = (rows: number, seed: number, scale = 1): Float64Array =>
    Float64Array.from({ length: 2 * rows }, (_, k) => scale * normal(seed, k, 3));

  it("finds nothing between two samples of one law", async () => {
    const aucs: number[] = [];
    let rejected = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { auc, pValue } = await twoSampleTest(
        sample(300, 2 * seed),
        sample(300, 2 * seed + 1),
        {
          dims: 2,
          seed,
        },
      );
      aucs.push(auc);
      if (pValue < 0.05) rejected++;
    }
    // One in twenty: four of ten happen once in a thousand.
    expect(rejected).toBeLessThan(4);
    // Standard error of one area 0.024, of the mean of ten 0.0076: four of them.
    expect(Math.abs(aucs.reduce((sum, auc) => sum + auc / aucs.length, 0) - 0.5)).toBeLessThan(
      0.0304,
    );
  });

  it("has no opinion of rows that are all alike, and calls it chance", async () => {
    const alike = new Float64Array(2 * 60).fill(3);
    const found = await twoSampleTest(alike, alike, { dims: 2 });
    expect(found).toMatchObject({ accuracy: 0.5, auc: 0.5, pValue: 1, standardError: 0 });
    const apart = await twoSampleTest(
      alike,
      alike.map((value) => value + 1),
      { dims: 2 },
    );
    expect(apart).toMatchObject({ accuracy: 1, auc: 1, pValue: 0 });
  });

  it("tells two laws apart", async () => {
    const { auc, accuracy, pValue } = await twoSampleTest(sample(800, 1), sample(800, 2, 2), {
      dims: 2,
    });
    expect(pValue).toBeLessThan(1e-6);
    // The best rule compares r^2 with a threshold: accuracy 1/2 + (4^(-1/3) - 4^(-4/3)) / 2 = 0.736, area 0.8.
    expect(auc).toBeGreaterThan(0.7);
    expect(auc).toBeLessThan(0.84);
    expect(accuracy).toBeGreaterThan(0.64);
    expect(accuracy).toBeLessThan(0.78);
  });

  it("by a network: finds nothing between samples of one law, whatever their units", async () => {
    const aucs: number[] = [];
    for (let seed = 0; seed < 3; seed++) {
      const [a, b] = [sample(300, 2 * seed, 1e6), sample(300, 2 * seed + 1, 1e6)];
      const options = { dims: 2, seed, classifier: "network" } as const;
      aucs.push((await twoSampleTest(a, b, options)).auc);
    }
    // Standard error of one area 0.024, of the mean of three 0.014: four of them.
    expect(Math.abs(aucs.reduce((sum, auc) => sum + auc / aucs.length, 0) - 0.5)).toBeLessThan(
      0.056,
    );
  });

  it("by a network: is the same in every unit, and ends when one side is out of the other's reach", async () => {
    const options = { dims: 2, classifier: "network" } as const;
    const [a, b] = [sample(200, 1), sample(200, 2).map((value) => value + 1)];
    const inUnits = (unit: number, of = unit) =>
      twoSampleTest(
        a.map((value) => value * unit),
        b.map((value) => value * of),
        options,
      );
    const plain = await inUnits(1);
    expect(plain.pValue).toBeLessThan(1e-6);
    // Powers of two: the standardised rows are the same numbers.
    for (const unit of [2 ** -900, 2 ** -66, 2 ** 900]) expect(await inUnits(unit)).toEqual(plain);
    // Training without a finite gradient never ended.
    expect((await inUnits(1, 1e40)).accuracy).toBeGreaterThan(0.95);
    const constant = await twoSampleTest(
      new Float64Array(400),
      b.map((v) => v * 1e-20),
      options,
    );
    expect(constant.accuracy).toBeGreaterThan(0.8);
  });

  it("by a network: comes near the best rule, and is the same in every call", async () => {
    const test = () =>
      twoSampleTest(sample(800, 1), sample(800, 2, 2), { dims: 2, classifier: "network" });
    const result = await test();
    expect(result.pValue).toBeLessThan(1e-6);
    // The best rule has 0.736 and 0.8; a standard error is 0.011 each, and a network of 800 rows is a little behind.
    expect(result.accuracy).toBeGreaterThan(0.69);
    expect(result.accuracy).toBeLessThan(0.78);
    expect(result.auc).toBeGreaterThan(0.75);
    expect(await test()).toEqual(result);
  });

  it("refuses fewer rows than a fold can be judged by, and another classifier", async () => {
    const options = { dims: 2, classifier: "network" } as const;
    await expect(twoSampleTest(sample(4, 1), sample(4, 2), options)).rejects.toThrow(
      /at least 20 rows on each side, got 4 and 4/u,
    );
    await expect(
      twoSampleTest(sample(40, 1), sample(40, 2), { dims: 2, classifier: "forest" as "trees" }),
    ).rejects.toThrow(/classifier/u);
  });
});

describe("bad input", () => {
  const { theta, context } = simulations(20, 1);
  it.each([
    ["no context", () => tarp(posterior(), theta), /CONTEXT|context of 2 columns/u],
    [
      "a context of other length",
      () => tarp(posterior(), theta, { context: context.slice(2) }),
      /20 rows/u,
    ],
    [
      "few rows",
      () => tarp(posterior(), theta.slice(0, 6), { context: context.slice(0, 6) }),
      /at least 10 rows/u,
    ],
    [
      "an option that is unknown",
      () => tarp(posterior(), theta, { contxt: context } as never),
      /contxt/u,
    ],
    [
      "a level of 90",
      () => tarp(posterior(), theta, { context, levels: [90] }),
      /between 0 and 1/u,
    ],
    [
      "half a draw",
      () => tarp(posterior(), theta, { context, draws: 9.5 }),
      /an integer of 9 or more/u,
    ],
    [
      "NaN",
      () =>
        tarp(
          posterior(),
          theta.map(() => NaN),
          { context },
        ),
      /finite/u,
    ],
    ["flat arrays without dims", () => twoSampleTest(theta, theta), /options.dims/u],
  ])("%s is refused", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
