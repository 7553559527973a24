import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { commonStep, rescaledGrid } from "./common-step.ts";

const normal = (row: number): number => philoxNormal({ seed: 5, row });
const uniform = (row: number): number => philoxUniform({ seed: 6, row });
const sorted = (of: (i: number) => number, n = 1000): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => of(i)).sort();
const whole = (i: number): number => Math.round(120 + 15 * normal(i));

describe("commonStep", () => {
  it("finds the largest step of decimals", () => {
    expect(commonStep(Float64Array.of(0.15, 0.3, 0.45), 2)).toBe(0.15);
    expect(commonStep(Float64Array.of(-25, 50, 75), 0)).toBe(25);
    expect(commonStep(Float64Array.of(0.1, 0.27), 2)).toBe(0.01);
  });
});

describe("rescaledGrid", () => {
  it("finds the step of standardised integers", () => {
    const { step, offset } = rescaledGrid(sorted((i) => (whole(i) - 119.73) / 14.87))!;
    // The least squares over a hundred steps leave less than one rounding of a double near 1.
    expect(step).toBeCloseTo(1 / 14.87, 13);
    expect(Math.abs((offset * 14.87 + 119.73) % 1)).toBeLessThan(1e-10);
  });

  it("finds it in numbers written with 8 or 12 significant digits", () => {
    for (const digits of [8, 12]) {
      const found = rescaledGrid(
        sorted((i) => Number(((whole(i) - 60) / 117).toPrecision(digits))),
      )!;
      // Half a unit of the last digit, over the hundred steps between the ends.
      expect(Math.abs(found.step - 1 / 117)).toBeLessThan(10 ** -digits);
      expect(found.offset).toBe(0);
    }
  });

  it("finds a step that no two neighbours are apart", () => {
    // 2 and 3 steps, never 1.
    const values = Float64Array.of(0, 2, 5, 7, 10, 13, 15, 18).map((k) => k / 7);
    expect(rescaledGrid(values)!.step).toBeCloseTo(1 / 7, 13);
  });

  it.each<[string, Float64Array]>([
    ["any numbers", sorted(normal)],
    ["any numbers of eight digits", sorted((i) => Number(normal(i).toFixed(8)))],
    ["some numbers, often", sorted((i) => normal(i % 20))],
    [
      "integers with one of another scale among them",
      sorted((i) => (i === 7 ? Math.E : whole(i) / 3)),
    ],
    ["a few values far apart in tiny steps", Float64Array.of(0, 1, 1e5 + 0.5).map((v) => v / 3)],
    ["two values", sorted((i) => (i % 2) / 7)],
    ["squares of whole roots", sorted((i) => Math.sqrt(Math.floor(50 * uniform(i))))],
  ])("finds none in %s", (_, values) => {
    expect(rescaledGrid(values)).toBeUndefined();
  });
});
