/** How splines go on outside their box: what each kind of tails promises, on the reference. */
import { describe, expect, it } from "vitest";
import { derivativeCount } from "./op.ts";
import { rationalQuadraticDecode, rationalQuadraticEncode } from "./reference.ts";
import type { SplineTails } from "./op.ts";
import type { RationalQuadraticOptions } from "./knots.ts";

const BOUND = Math.PI;

function splineOf(tails: SplineTails) {
  const options: RationalQuadraticOptions = {
    tails,
    bins: 6,
    bound: BOUND,
    minBin: 1e-3,
    minDerivative: 1e-3,
    logitScale: 1,
  };
  const count = 2 * options.bins + derivativeCount(options);
  const p = Float64Array.from({ length: count }, (_, k) => Math.sin(3 * k + 1));
  return {
    y: (x: number) => rationalQuadraticEncode(x, p, options)[0],
    slope: (x: number) => Math.exp(rationalQuadraticEncode(x, p, options)[1]),
    x: (y: number) => rationalQuadraticDecode(y, p, options)[0],
  };
}

describe.each(["identity", "linear", "circular", "free"] as const)("%s tails", (tails) => {
  const spline = splineOf(tails);

  it("keep the box, and are monotone and continuous at its ends", () => {
    expect(spline.y(-BOUND)).toBeCloseTo(-BOUND, 12);
    expect(spline.y(BOUND)).toBeCloseTo(BOUND, 12);
    let last = -Infinity;
    for (let x = -10; x <= 10; x += 0.01) {
      const y = spline.y(x);
      expect(y).toBeGreaterThan(last);
      expect(spline.x(y)).toBeCloseTo(x, 10);
      last = y;
    }
    for (const end of [-BOUND, BOUND])
      expect(Math.abs(spline.y(end + 1e-9) - spline.y(end - 1e-9))).toBeLessThan(1e-8);
  });

  it("have the slope of their number", () => {
    for (const x of [-9.3, -3.5, -BOUND + 1e-3, 0.2, BOUND - 1e-3, 4, 8.8]) {
      const h = 1e-6;
      expect((spline.y(x + h) - spline.y(x - h)) / (2 * h)).toBeCloseTo(spline.slope(x), 5);
    }
  });
});

it("linear tails go on with the slope of the end", () => {
  const { slope } = splineOf("linear");
  for (const side of [-1, 1]) {
    expect(slope(side * 50)).toBeCloseTo(slope(side * BOUND), 12);
    expect(Math.abs(slope(side * 50) - 1)).toBeGreaterThan(0.05);
  }
});

it("a circular spline has no seam: value and slope agree at both ends, and a turn is a turn", () => {
  const { y, slope } = splineOf("circular");
  expect(slope(-BOUND)).toBeCloseTo(slope(BOUND), 12);
  expect(Math.abs(slope(BOUND) - 1)).toBeGreaterThan(0.05);
  for (const x of [-3, 0.1, 2.9])
    for (const turns of [-3, 1, 7]) {
      expect(y(x + 2 * BOUND * turns)).toBeCloseTo(y(x) + 2 * BOUND * turns, 10);
      expect(slope(x + 2 * BOUND * turns)).toBeCloseTo(slope(x), 10);
    }
});

it("free and identity tails leave what lies outside alone; free ones learn the slope at the end", () => {
  expect(splineOf("free").y(4)).toBe(4);
  expect(splineOf("identity").slope(BOUND)).toBe(1);
  expect(Math.abs(splineOf("free").slope(BOUND) - 1)).toBeGreaterThan(0.05);
});
