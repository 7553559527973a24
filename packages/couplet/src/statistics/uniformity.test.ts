import { expect, it } from "vitest";
import { philoxUniform } from "../random/philox.ts";
import { holmAdjusted } from "./holm.ts";
import { distanceToUniform, testUniformity } from "./uniformity.ts";

it("measures the distance by hand", () => {
  // Steps of 1/2 at 0.1 and 0.4: the largest gap is 1 - 0.4 above the second.
  expect(distanceToUniform(Float64Array.of(0.4, 0.1))).toBeCloseTo(0.6, 15);
});

it.each([
  // The Kolmogorov distribution's table: 10 % at 1.2238, 5 % at 1.3581, 1 % at 1.6276.
  [1.2238, 0.1],
  [1.3581, 0.05],
  [1.6276, 0.01],
])("has the published upper tail at %d", (x, expected) => {
  // A grid of midpoints moved up by d has distance d + 1/2n.
  const n = 100_000;
  const d = x / (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  const moved = Float64Array.from({ length: n }, (_, i) =>
    Math.min(1, (i + 0.5) / n + d - 0.5 / n),
  );
  // The table has four digits.
  expect(testUniformity(moved).pValue).toBeCloseTo(expected, 4);
});

it("rejects uniform samples at its nominal rate", () => {
  for (const n of [20, 500]) {
    let rejected = 0;
    const trials = 2000;
    for (let t = 0; t < trials; t++) {
      const sample = Float64Array.from({ length: n }, (_, row) => philoxUniform({ seed: t, row }));
      if (testUniformity(sample).pValue < 0.05) rejected++;
    }
    // Four standard errors of 2,000 trials: 0.0195.
    expect(Math.abs(rejected / trials - 0.05)).toBeLessThan(0.0195);
  }
});

it("corrects p-values as Holm's example does", () => {
  expect(holmAdjusted([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});
