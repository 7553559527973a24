import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { type Table, table } from "../table.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import {
  copulaBaseline,
  copulaInPieces,
  gaussianBaseline,
  gaussianInPieces,
  independentBaseline,
} from "./baselines.ts";
import { gaussianOf, momentsOf } from "../../statistics/gaussian.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 21, row, stream });
const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Two numbers with correlation 0.8 and a category that goes with their sum. */
const draw = (from: number, count: number, warp: (v: number) => number): Table => {
  const a = Float64Array.from({ length: count }, (_, i) => normal(from + i));
  const b = a.map((v, i) => 0.8 * v + 0.6 * normal(from + i, 1));
  return table({
    a: a.map(warp),
    b: b.map(warp),
    k: Array.from(a, (v, i) => (v + b[i]! > 0 ? "up" : "down")),
  });
};

describe("Gaussian", () => {
  it("scores its own sample by the entropy of its covariance", () => {
    const rows = 20_000;
    const z = Float64Array.from({ length: 2 * rows }, (_, i) =>
      i % 2 === 0 ? normal(i) : 0.6 * normal(i - 1) + 0.8 * normal(i),
    );
    const logDensity = gaussianOf(momentsOf(z, 2)).logDensity(z);
    // -(d/2)(1 + log 2 pi) - log sqrt(1 - 0.36); standard error sqrt(d / 2 / rows) = 0.007.
    expect(
      Math.abs(mean(logDensity) - (-(1 + Math.log(2 * Math.PI)) - 0.5 * Math.log(0.64))),
    ).toBeLessThan(0.03);
  });

  it("survives a column that repeats another", () => {
    const z = Float64Array.from({ length: 200 }, (_, i) => normal(i >> 1));
    expect(gaussianOf(momentsOf(z, 2)).logDensity(z).every(Number.isFinite)).toBe(true);
  });
});

describe("baselines", () => {
  const train = draw(0, 4000, (v) => v);
  const test = draw(4000, 2000, (v) => v);
  const schema = inferSchema(train);

  it("of a Gaussian pair come near the true entropy, and order as they should", () => {
    const independent = mean(independentBaseline(train, schema).logDensity(test));
    const gaussian = mean(gaussianBaseline(train, schema).logDensity(test));
    const copula = mean(copulaBaseline(train, schema).logDensity(test));
    // Independent: two standard normals (1.4189 nats each) and a fair coin; quantile histograms lose a little.
    const alone = -(2 * 1.4189385 + Math.LN2);
    expect(Math.abs(independent - alone)).toBeLessThan(0.08);
    expect(gaussian).toBeGreaterThan(independent + 0.6);
    expect(copula).toBeGreaterThan(independent + 0.5);
    // The truth, -(2 * 1.4189 + log 0.6), is out of reach only through the bound on the category.
    expect(gaussian).toBeLessThan(-(2 * 1.4189385 + Math.log(0.6)) + 0.05);
  });

  it("of fewer rows than columns say something of other rows", () => {
    const wide = (from: number, rows: number) =>
      table(
        Object.fromEntries(
          Array.from({ length: 60 }, (_, j) => [
            `c${j}`,
            Float64Array.from(
              { length: rows },
              (_, i) => normal(from + i, 9) + normal(from + i, 10 + j),
            ),
          ]),
        ),
      );
    const few = wide(0, 40);
    const others = wide(1000, 400);
    const of = inferSchema(few);
    // The truth: (60 log(2 pi e) + log 61) / 2 = 87.2; independent columns: 60 log(4 pi e) / 2 = 105.9, and more with margins of 40 rows.
    for (const baseline of [gaussianBaseline(few, of), copulaBaseline(few, of)]) {
      const nats = mean(baseline.logDensity(others));
      expect(nats).toBeGreaterThan(-115);
      expect(nats).toBeLessThan(-85);
    }
  });

  it("come to the same bits at once and in pieces", async () => {
    const pairs = [
      [gaussianBaseline(train, schema), await betweenEvents(gaussianInPieces(train, schema))],
      [copulaBaseline(train, schema), await betweenEvents(copulaInPieces(train, schema))],
    ] as const;
    for (const [whole, piecewise] of pairs)
      expect(await betweenEvents(piecewise.inPieces(test))).toEqual(whole.logDensity(test));
  });

  it("of skewed columns: the copula keeps its margin, the Gaussian does not", () => {
    const skewed = draw(0, 4000, (v) => Math.exp(2 * v));
    const held = draw(4000, 2000, (v) => Math.exp(2 * v));
    const of = inferSchema(skewed);
    const independent = mean(independentBaseline(skewed, of).logDensity(held));
    expect(mean(copulaBaseline(skewed, of).logDensity(held))).toBeGreaterThan(independent + 0.5);
    expect(mean(gaussianBaseline(skewed, of).logDensity(held))).toBeLessThan(independent);
  });
});
