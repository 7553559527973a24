import { describe, expect, it } from "vitest";
import { normals } from "../../../../test/random.ts";
import { lowerFence, medcouple } from "./adjusted-fence.ts";

const ROWS = 20_000;
const z = normals(ROWS, 41);
/** Minus half a chi-squared of three: what the log density of a normal law of three dimensions looks like. */
const logDensities = Float64Array.from(
  { length: ROWS / 4 },
  (_, i) => -0.5 * (z[4 * i]! ** 2 + z[4 * i + 1]! ** 2 + z[4 * i + 2]! ** 2),
);
const below = (values: Float64Array): number => {
  const fence = lowerFence(values);
  return values.filter((value) => value < fence).length / values.length;
};

describe("medcouple", () => {
  it("is 0 of a symmetric list, and has the sign of the longer tail", () => {
    expect(medcouple(Float64Array.of(-3, -1, 0, 1, 3))).toBe(0);
    expect(medcouple(Float64Array.of(1, 1, 1))).toBe(0);
    expect(medcouple(Float64Array.from(logDensities).sort())).toBeLessThan(-0.2);
    expect(medcouple(logDensities.map((value) => -value).sort())).toBeGreaterThan(0.2);
    // By hand, m = 2 of {0, 1, 2, 4, 7}: (0, 2) -1, (0, 4) 0, (0, 7) 3/7, (1, 2) -1, (1, 4) 1/3, (1, 7) 2/3, (2, 4) 1, (2, 7) 1.
    expect(medcouple(Float64Array.of(0, 1, 2, 4, 7))).toBeCloseTo((1 / 3 + 3 / 7) / 2, 12);
  });
});

describe("lowerFence", () => {
  it("leaves few ordinary values out, also of a skewed law", () => {
    // 0.35 % of a normal law, sqrt(.0035 / 20000) each way.
    expect(Math.abs(below(z) - 0.0035)).toBeLessThan(0.0025);
    expect(below(logDensities)).toBeLessThan(0.015);
    // The fence of the plain boxplot, without skewness, leaves out several times as many.
    const sorted = Float64Array.from(logDensities).sort();
    const [q1, q3] = [sorted[ROWS / 16]!, sorted[(3 * ROWS) / 16]!];
    const plain = sorted.filter((value) => value < q1 - 1.5 * (q3 - q1)).length / sorted.length;
    expect(plain).toBeGreaterThan(2 * below(logDensities));
  });

  it("finds a fifth of the values far below the others", () => {
    const mixed = z.map((value, i) => (i % 5 === 0 ? value - 40 : value));
    expect(Math.abs(below(mixed) - 0.2)).toBeLessThan(0.01);
  });

  it("counts -Infinity as below, and keeps equal values", () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, -Infinity);
    expect(lowerFence(values)).toBeGreaterThan(-Infinity);
    expect(below(Float64Array.of(2, 2, 2, 2))).toBe(0);
  });
});
