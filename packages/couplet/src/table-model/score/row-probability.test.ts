import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { table, tableFromObjects, toObjects } from "../../table/table.ts";
import { fitTable } from "../fit/fit-table.ts";
import type { TableModel } from "../table-model.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 31, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 32, row, stream });
const quick = { seed: 4, epochs: 12, threads: 1 } as const;

describe("a model of discrete columns", () => {
  const source = tableFromObjects(
    Array.from({ length: 800 }, (_, i) => {
      const a = uniform(i) < 0.5;
      return {
        a: a ? "x" : "y",
        b: uniform(i, 1) < 0.15 ? null : uniform(i, 2) < (a ? 0.9 : 0.2),
        c: ["p", "q", "r"][Math.floor(3 * (a ? uniform(i, 3) ** 2 : uniform(i, 3)))]!,
      };
    }),
  );
  const every = tableFromObjects(
    ["x", "y"].flatMap((a) =>
      [true, false, null].flatMap((b) => ["p", "q", "r"].map((c) => ({ a, b, c }))),
    ),
  );
  let model: TableModel;
  beforeAll(async () => {
    model = await fitTable(source, { ...quick, epochs: 120 });
  });
  afterAll(() => model.dispose());

  it("gives its rows probabilities that sum to 1, and bounds that tighten towards them", async () => {
    const draws: Float64Array[] = [];
    for (let seed = 0; seed < 40; seed++)
      draws.push((await model.score(every, { samples: 50, seed })).nats);
    const totals = draws.map((nats) => nats.reduce((sum, v) => sum + Math.exp(v), 0));
    const mean = totals.reduce((a, b) => a + b, 0) / totals.length;
    const error = Math.sqrt(totals.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / totals.length;
    // Importance samples are unbiased in the probability; five standard errors.
    expect(Math.abs(mean - 1)).toBeLessThan(5 * error + 1e-5);
    expect(error).toBeLessThan(5e-3); // or the line above could not fail

    // log P of 2,000 draws stands for the exact one; the mean of the bound over rows rises with the samples.
    const exact = every.columns[0]!.values.length;
    const reference = Float64Array.from({ length: exact }, (_, i) =>
      Math.log(draws.reduce((sum, nats) => sum + Math.exp(nats[i]!), 0) / draws.length),
    );
    const gap = async (samples: number): Promise<number> => {
      let sum = 0;
      const repeats = 40;
      for (let seed = 1000; seed < 1000 + repeats; seed++) {
        const { nats } = await model.score(every, { samples, seed });
        nats.forEach((v, i) => (sum += (reference[i]! - v) / (repeats * exact)));
      }
      return sum;
    };
    const [one, four, sixteen] = [await gap(1), await gap(4), await gap(16)];
    expect(one).toBeGreaterThan(1.5 * four);
    expect(four).toBeGreaterThan(1.5 * sixteen);
    expect(sixteen).toBeGreaterThan(-1e-3);
  });

  it("learns the dependence that was planted", async () => {
    const { nats } = await model.score(every, { samples: 50 });
    const p = new Map(
      toObjects(every).map((row, i) => [JSON.stringify(row), Math.exp(nats[i]!)] as const),
    );
    const total = (keep: (row: Record<string, unknown>) => boolean): number =>
      [...p].reduce((sum, [row, v]) => sum + (keep(JSON.parse(row)) ? v : 0), 0);
    const given =
      total((r) => r["a"] === "x" && r["b"] === true) /
      total((r) => r["a"] === "x" && r["b"] !== null);
    // 0.9 was planted, 0.55 is what independence would say.
    expect(given).toBeGreaterThan(0.8);
  });
});

describe("a model of categories, points of mass and missing cells", () => {
  it("integrates and sums to 1", async () => {
    const rows = 900;
    const kind = Array.from({ length: rows }, (_, i) => (uniform(i, 1) < 0.4 ? "x" : "y"));
    const amount = kind.map((k, i) => {
      if (uniform(i, 2) < 0.15) return null;
      return uniform(i, 3) < (k === "x" ? 0.7 : 0.2) ? 0 : Math.exp(normal(i, 4));
    });
    const model = await fitTable(table({ kind, amount }), { ...quick, epochs: 20 });
    try {
      expect(model.schema.columns[1]).toMatchObject({ pointMasses: [0], lower: 0, missing: true });
      const state = model.codec.toJSON().encoders["amount"]!;
      const massWidth = state.kind === "number" ? state.pointMassSteps![0]! : NaN;
      // The substitution x = 0.01 (e^t - 1) up to 81; the fitted tail beyond holds about 1e-5.
      const n = 2000;
      const nodes = Array.from({ length: n }, (_, i) => 0.01 * Math.expm1((9 * (i + 0.5)) / n));
      const all = table({
        kind: ["x", "y"].flatMap((k) => Array.from({ length: n + 2 }, () => k)),
        amount: [null, 0, ...nodes, null, 0, ...nodes],
      });
      const totals: number[] = [];
      for (let seed = 0; seed < 20; seed++) {
        const { nats } = await model.score(all, { samples: 8, seed });
        let total = 0;
        nats.forEach((value, at) => {
          const i = at % (n + 2);
          const weight = i === 0 ? 1 : i === 1 ? massWidth : ((nodes[i - 2]! + 0.01) * 9) / n;
          total += Math.exp(value) * weight;
        });
        totals.push(total);
      }
      const mean = totals.reduce((a, b) => a + b, 0) / totals.length;
      const error = Math.sqrt(totals.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / totals.length;
      // Five standard errors, and a midpoint rule over about 40 kinks.
      expect(Math.abs(mean - 1)).toBeLessThan(5 * error + 1e-3);
      expect(error).toBeLessThan(0.01); // or the line above could not fail
    } finally {
      model.dispose();
    }
  });
});
