/** Evaluations per time window of the elastic tube against the reference tables. */
import { describe, expect, it } from "vitest";
import { aitken, constantRelaxation, iqnIls, noAcceleration } from "couplet/kit";
import type { AccelerationSpec } from "couplet/kit";
import { elasticTube, type ElasticTubeResult } from "./simulate.ts";

// The reference keeps every column, unscaled, and has no stall handling.
const iqn = (initialFactor: number, reusedWindows = 0, limit = 1e-3): AccelerationSpec =>
  iqnIls({
    initialFactor,
    reusedWindows,
    preconditioner: "none",
    maxColumns: 1000,
    filter: limit === 0 ? { kind: "none", limit } : { kind: "qr2", limit },
  });
const run = (
  acceleration: AccelerationSpec,
  elasticity: number,
  size = 0.01,
  count = 12,
  cells = 40,
): Promise<ElasticTubeResult> =>
  elasticTube({
    cells,
    elasticity,
    windows: { size, count },
    acceleration,
    settings: { stall: { action: "ignore" } },
  });
const mean = (result: ElasticTubeResult): number =>
  result.windows.reduce((sum, window) => sum + window.evaluations, 0) / result.windows.length;

async function expectMean(
  result: Promise<ElasticTubeResult>,
  reference: number | undefined,
  slack: number,
): Promise<void> {
  const { status } = await result;
  if (reference === undefined) {
    expect(status).not.toBe("converged");
    return;
  }
  expect(status).toBe("converged");
  expect(Math.abs(mean(await result) - reference)).toBeLessThanOrEqual(slack);
}

// Rounding moves quasi-Newton counts by up to 2 a window; Aitken is chaotic on this problem and moves by a sixth.
const QUASI_NEWTON = 2.01;
const aitkenSlack = (reference: number): number => Math.max(1, reference / 6);

const methods: Readonly<Record<string, AccelerationSpec>> = {
  none: noAcceleration(),
  constant: constantRelaxation({ factor: 0.1 }),
  aitken001: aitken({ initialFactor: 0.01 }),
  aitken01: aitken({ initialFactor: 0.1 }),
  iqn001: iqn(0.01),
  iqn01: iqn(0.1),
  reuse: iqn(0.1, 8),
};

describe("40 cells, 12 windows: mean evaluations", () => {
  type Row = readonly [number, number, Readonly<Record<string, number | undefined>>];
  const rows: readonly Row[] = [
    [
      1e4,
      0.01,
      {
        none: undefined,
        constant: undefined,
        aitken001: 37.583,
        iqn001: 15.25,
        iqn01: 17.417,
        reuse: 6.25,
      },
    ],
    [
      1e4,
      0.02,
      {
        none: undefined,
        constant: undefined,
        aitken001: 26.583,
        aitken01: 24.25,
        iqn001: 10.417,
        iqn01: 10,
        reuse: 6.167,
      },
    ],
    [
      5e3,
      0.01,
      {
        none: undefined,
        constant: undefined,
        iqn001: undefined,
        iqn01: undefined,
        reuse: 10.167,
      },
    ],
    [
      1e5,
      0.01,
      {
        none: undefined,
        constant: 25.917,
        aitken001: 9.5,
        aitken01: 8,
        iqn001: 6.5,
        iqn01: 6.417,
        reuse: 3.25,
      },
    ],
  ];
  for (const [elasticity, size, expected] of rows) {
    for (const [name, reference] of Object.entries(expected)) {
      it(`E ${elasticity}, dt ${size}, ${name}: ${reference ?? "fails"}`, async () => {
        const slack = name.startsWith("aitken") ? aitkenSlack(reference ?? 0) : QUASI_NEWTON;
        await expectMean(run(methods[name]!, elasticity, size), reference, slack);
      });
    }
  }

  it("E 10000, Aitken 0.1: whether it gets through twelve windows is a matter of the last digit", async () => {
    // The reference's single run needs a mean of 38.3 evaluations in eleven windows and gives up after 200 in the twelfth;
    // ours gets through. Neither says more than the other: Aitken's factors are chaotic here. With E changed by 1e-12 of
    // itself most runs converge and a few do not, in other windows each time; the reference's own program, so perturbed,
    // gets through in 7 of 7 runs (35 to 47 evaluations in the twelfth window). What is certain: the same first window,
    // about the same mean, and the right state at the end.
    const { pressure } = await run(methods.reuse!, 1e4);
    const counts: number[] = [];
    const starts = new Set<number>();
    let converged = 0;
    for (let i = 0; i < 30; i++) {
      const result = await run(methods.aitken01!, 1e4 * (1 + i * 1e-12));
      starts.add(result.windows[0]!.evaluations);
      if (result.status !== "converged") {
        expect(result.status).toBe("notConverged");
        continue;
      }
      converged++;
      counts.push(mean(result));
      // Each window stops at 1e-5 of the section, which is 1e-3 of the pressure: a = (2c^2 / (2c^2 - p))^2.
      expect(Math.abs(result.pressure[20]! / pressure[20]! - 1)).toBeLessThan(2e-3);
    }
    expect([...starts]).toEqual([47]);
    expect(converged).toBeGreaterThanOrEqual(20);
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(Math.abs(average - 38.3)).toBeLessThanOrEqual(aitkenSlack(38.3));
  });
});

/** Mean evaluations of runs with E changed in its last digits; undefined where a window did not converge. */
async function perturbed(
  acceleration: AccelerationSpec,
  elasticity: number,
  count: number,
): Promise<(number | undefined)[]> {
  const means: (number | undefined)[] = [];
  for (let i = 0; i < 12; i++) {
    const result = await run(acceleration, elasticity * (1 + i * 1e-12), 0.01, count);
    means.push(result.status === "converged" ? mean(result) : undefined);
  }
  return means;
}

it("E 5000, Aitken 0.01: 61 on average, where the last digits let all windows converge", async () => {
  // 54.8 to 64.1 in eight of twelve runs, and no convergence in a window of four.
  const means = await perturbed(methods.aitken001!, 5e3, 12);
  const converged = means.filter((value) => value !== undefined);
  expect(converged.length).toBeGreaterThanOrEqual(4);
  const average = converged.reduce((sum, value) => sum + value, 0) / converged.length;
  expect(Math.abs(average - 61)).toBeLessThanOrEqual(aitkenSlack(61));
});

describe("100 cells, the set-up of preCICE's tutorial, E 10000, 5 windows", () => {
  const tutorial = (acceleration: AccelerationSpec): Promise<ElasticTubeResult> =>
    run(acceleration, 1e4, 0.01, 5, 100);
  it("plain iteration fails", () => expectMean(tutorial(noAcceleration()), undefined, 0));
  it("Aitken 47-49", () =>
    expectMean(tutorial(aitken({ initialFactor: 0.01 })), 48, aitkenSlack(48)));
  it("IQN-ILS 15.6", () => expectMean(tutorial(iqn(0.01)), 15.6, QUASI_NEWTON));
  it("8 windows reused: 7.8 (13, 9, 6, 6, 5)", async () => {
    const result = await tutorial(iqn(0.1, 8));
    expect(Math.abs(mean(result) - 7.8)).toBeLessThanOrEqual(1);
    [13, 9, 6, 6, 5].forEach((count, i) =>
      expect(Math.abs(result.windows[i]!.evaluations - count)).toBeLessThanOrEqual(2),
    );
  });
});

describe("filter, E 10000, 8 windows, 8 reused", () => {
  for (const [limit, reference] of [
    [0, 17.5],
    [1e-5, 9],
    [1e-3, 6.9],
    [1e-2, 6.8],
    [1e-1, 10.5],
  ] as const) {
    it(`${limit}: ${reference}`, () =>
      expectMean(run(iqn(0.1, 8, limit), 1e4, 0.01, 8), reference, QUASI_NEWTON));
  }
});

it("filter 1e-8, E 10000: 11 is what most runs need, whose last digits keep rounding out of the columns", async () => {
  // 11.4 to 12.1 in seven of twelve runs; in the others differences that are rounding pass the filter, and cost 17 to 26.
  const means = await perturbed(iqn(0.1, 8, 1e-8), 1e4, 8);
  const near = means.filter((value) => Math.abs((value ?? Infinity) - 11) <= QUASI_NEWTON);
  expect(near.length).toBeGreaterThanOrEqual(4);
  expect(means.every((value) => value === undefined || value > 11 - QUASI_NEWTON)).toBe(true);
});

describe("soft tubes", () => {
  for (const limit of [0, 1e-8, 1e-5, 1e-3, 1e-2, 1e-1]) {
    it(`E 5000 without reuse fails, filter ${limit}`, () =>
      expectMean(run(iqn(0.1, 0, limit), 5e3, 0.01, 8), undefined, 0));
  }
  it("E 5000 with reuse and 1e-2: 10.1", () =>
    expectMean(run(iqn(0.1, 8, 1e-2), 5e3, 0.01, 8), 10.1, QUASI_NEWTON));
  for (const [reuse, limit] of [
    [0, 1e-3],
    [8, 1e-3],
    [8, 1e-2],
    [8, 1e-1],
  ] as const) {
    it(`E 2000 fails, ${reuse} reused, filter ${limit}`, () =>
      expectMean(run(iqn(0.1, reuse, limit), 2e3, 0.01, 8), undefined, 0));
  }
});
