import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { type Table, table } from "../table.ts";
import { areaUnderCurve } from "../../statistics/auc.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { boostedTreesInPieces } from "../../statistics/boosted-trees.ts";
import { nearestRows } from "./nearest-rows.ts";
import { kolmogorovSmirnov, shapesAndTrends, totalVariation } from "./shapes-and-trends.ts";
import { classifierTwoSample } from "./two-sample.ts";
import { trainOnSyntheticTestOnReal } from "./utility.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 31, row, stream });

/** Rows from `from` on: two dependent numbers (rho 0.9), a category by their sign, 1 in 10 of y missing. */
const draw = (from: number, count: number, rho = 0.9): Table => {
  const x = Float64Array.from({ length: count }, (_, i) => normal(from + i));
  const y = x.map((v, i) =>
    philoxUniform({ seed: 1, row: from + i }) < 0.1
      ? NaN
      : rho * v + Math.sqrt(1 - rho * rho) * normal(from + i, 1),
  );
  return table({
    x,
    y,
    side: Array.from(x, (v, i) => (v + 0.3 * normal(from + i, 2) > 0 ? "right" : "left")),
  });
};
const train = draw(0, 3000);
const heldOut = draw(3000, 3000);
const faithful = draw(6000, 3000);
const broken = draw(9000, 3000, 0);
const schema = inferSchema(train);

describe("column shapes and pair trends", () => {
  it("are 1 against itself and near 1 for another sample", () => {
    expect(shapesAndTrends(train, train, schema)).toMatchObject({ shapeScore: 1, trendScore: 1 });
    // Mean KS of two samples of 3000 is 1.22 sqrt(2 / 3000) * 0.7 = 0.02.
    expect(shapesAndTrends(train, faithful, schema).score).toBeGreaterThan(0.96);
  });

  it("see a lost correlation as (r1 - r2) / 2", () => {
    const { trends } = shapesAndTrends(train, broken, schema);
    const pair = trends.find((t) => t.columns[0] === "x" && t.columns[1] === "y")!;
    expect(pair.measure).toBe("correlation");
    expect(pair.score).toBeCloseTo(1 - 0.9 / 2, 1);
  });

  it("match hand-computed distances", () => {
    expect(kolmogorovSmirnov(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 4, 5, 6))).toBe(0.5);
    expect(kolmogorovSmirnov(Float64Array.of(1, NaN), Float64Array.of(NaN))).toBe(1);
    expect(totalVariation(Int32Array.of(0, 0, 1, 1), Int32Array.of(0, 1, 1, 2))).toBeCloseTo(
      0.25,
      15,
    );
  });
});

describe("an empty table", () => {
  it("is refused rather than scored NaN", async () => {
    expect(() => shapesAndTrends(train, draw(0, 0), schema)).toThrow(/at least one row to compare/);
    await expect(classifierTwoSample(train, draw(0, 0), schema)).rejects.toThrow(
      /at least one row/,
    );
  });
});

describe("AUC", () => {
  it("counts pairs, ties one half", () => {
    expect(areaUnderCurve(Float64Array.of(3, 2), Float64Array.of(1, 2)).auc).toBe(0.875);
    expect(areaUnderCurve(Float64Array.of(1, 1), Float64Array.of(1, 1))).toMatchObject({
      auc: 0.5,
      standardError: 0,
    });
  });

  it("has an interval that covers the truth about 95 times in 100", () => {
    // Two normals one deviation apart: AUC = Phi(1 / sqrt 2) = 0.7602.
    let covered = 0;
    for (let k = 0; k < 200; k++) {
      const a = Float64Array.from({ length: 80 }, (_, i) => 1 + normal(i, 100 + k));
      const b = Float64Array.from({ length: 60 }, (_, i) => normal(i, 400 + k));
      const [low, high] = areaUnderCurve(a, b).interval;
      if (low <= 0.7602 && 0.7602 <= high) covered++;
    }
    // Binomial(200, 0.95): mean 190, deviation 3.1; four of them.
    expect(covered).toBeGreaterThan(177);
    expect(covered).toBeLessThan(200);
  });
});

describe("boosted trees", () => {
  it("learn exclusive-or of signs, with missing cells and three classes", () => {
    const a = Float64Array.from({ length: 4000 }, (_, i) => normal(i, 5));
    const b = Float64Array.from({ length: 4000 }, (_, i) => (i % 9 === 0 ? NaN : normal(i, 6)));
    const label = (i: number): number =>
      Number.isNaN(b[i]!) ? 2 : Number(a[i]! > 0 !== b[i]! > 0);
    const columns = [a, b];
    const head = columns.map((c) => c.subarray(0, 3000));
    const tail = columns.map((c) => c.subarray(3000));
    const labels = Int32Array.from({ length: 3000 }, (_, i) => label(i));
    const model = atOnce(boostedTreesInPieces(head, labels, 3));
    const predicted = model.predict(tail);
    const right = predicted.filter((p, i) => p === label(3000 + i)).length / 1000;
    expect(right).toBeGreaterThan(0.95); // 1 but for rows beside the axes (63 cuts)
  });

  it("find nothing in noise", () => {
    const noise = [Float64Array.from({ length: 2000 }, (_, i) => normal(i, 7))];
    const labels = Int32Array.from({ length: 2000 }, (_, i) => (normal(i, 8) > 0 ? 1 : 0));
    const scores = atOnce(boostedTreesInPieces(noise, labels.subarray(0, 1000), 2))
      .scores([noise[0]!.subarray(1000)])
      .filter((_, i) => i % 2 === 1);
    const { interval } = areaUnderCurve(
      scores.filter((_, i) => labels[1000 + i] === 1),
      scores.filter((_, i) => labels[1000 + i] === 0),
    );
    expect(interval[0]).toBeLessThan(0.52);
    expect(interval[1]).toBeGreaterThan(0.48);
  });
});

describe("the two-sample test", () => {
  it("does not tell a faithful sample apart, and does tell a broken one", async () => {
    const same = await classifierTwoSample(heldOut, faithful, schema);
    expect(same.interval[0]).toBeLessThan(0.51);
    expect(same.auc).toBeLessThan(0.55);
    expect((await classifierTwoSample(heldOut, broken, schema)).interval[0]).toBeGreaterThan(0.7); // 2400 training rows of a lost correlation of 0.9: 0.79
  });
});

describe("the two-sample test of few rows", () => {
  /** Three normal columns, the first one shifted. */
  const normals = (stream: number, shift: number): Table =>
    table(
      Object.fromEntries(
        ["x", "y", "z"].map((name, j) => [
          name,
          Float64Array.from(
            { length: 34 },
            (_, i) => normal(i, 1000 + 3 * stream + j) + (j === 0 ? shift : 0),
          ),
        ]),
      ),
    );

  it.each([0, 1])("has an interval that is honest about few rows, shifted by %d", async (shift) => {
    const kind = inferSchema(normals(0, 0));
    const found = await Promise.all(
      Array.from({ length: 150 }, (_, k) =>
        classifierTwoSample(normals(2 * k, 0), normals(2 * k + 1, shift), kind, { seed: k }),
      ),
    );
    const centre = found.reduce((sum, { auc }) => sum + auc / found.length, 0);
    const truth = shift === 0 ? 0.5 : centre;
    // 34 rows of each side and trees of four levels: 0.50 and 0.69 measured, give or take 0.008.
    expect(centre).toBeCloseTo(shift === 0 ? 0.5 : 0.69, 1);
    const covered = found.filter(
      ({ interval: [low, high] }) => low <= truth && truth <= high,
    ).length;
    // Binomial(150, 0.95): mean 142.5, deviation 2.7. Measured 147: wider than need be, never the 80 to 87 in 100 of a plain sum.
    expect(covered).toBeGreaterThan(134);
  });
});

describe("train on synthetic, test on real", () => {
  it("is as good as real for a faithful sample", async () => {
    const utility = await trainOnSyntheticTestOnReal({
      train,
      synthetic: faithful,
      test: heldOut,
      schema,
      label: "side",
    });
    expect(utility.trainOnReal).toBeGreaterThan(0.85);
    expect(Math.abs(utility.trainOnReal - utility.trainOnSynthetic)).toBeLessThan(
      5 * utility.standardError,
    );
    expect(utility.majority).toBeLessThan(0.55);
  });

  it("refuses a label that is not a category", async () => {
    await expect(
      trainOnSyntheticTestOnReal({ train, synthetic: train, test: train, schema, label: "sid" }),
    ).rejects.toThrow(/Did you mean "side"/);
    await expect(
      trainOnSyntheticTestOnReal({ train, synthetic: train, test: train, schema, label: "x" }),
    ).rejects.toThrow(/a category, one of side/);
  });
});

describe("nearest rows", () => {
  it("shows copying, and its absence", () => {
    const options = { train, heldOut, schema, rows: 400 };
    const fair = nearestRows({ ...options, synthetic: faithful });
    // Medians of 400 nearest distances: about 5 % error each.
    expect(Math.abs(fair.ratio - 1)).toBeLessThan(0.25);
    expect(fair.sampleCopies).toBe(0);
    expect(nearestRows({ ...options, synthetic: train })).toMatchObject({
      sampleMedian: 0,
      ratio: 0,
      sampleCopies: 1,
    });
  });
});
