/** Highest-density regions of densities without context: exact ones pass at their nominal rate, also where many rows have one density. */
import { describe, expect, it } from "vitest";
import { createModel } from "../flow/model/make.ts";
import { uniform } from "../flow/parts/base/uniform.ts";
import { neuralSpline } from "../flow/presets/presets.ts";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import type { Density, DensityCall } from "./density.ts";
import { regionCoverage } from "./region-coverage.ts";

/** One variable: how a uniform number and a normal one make a draw, and its log-density. */
interface Law {
  draw(u: number, z: number): number;
  logDensity(x: number): number;
}

const normal: Law = { draw: (_, z) => z, logDensity: (x) => -0.5 * x * x };
const flat: Law = { draw: (u) => u, logDensity: (x) => (x >= 0 && x <= 1 ? 0 : -Infinity) };
/** Three quarters of the mass on [0, 1/2], the rest on [1/2, 1]: two densities. */
const steps: Law = {
  draw: (u) => (u < 0.75 ? u / 1.5 : 0.5 + (u - 0.75) / 0.5),
  logDensity: (x) => Math.log(x < 0.5 ? 1.5 : 0.5),
};

function drawn(law: Law, count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, row) =>
    law.draw(philoxUniform({ seed, row, stream: 7 }), philoxNormal({ seed, row, stream: 8 })),
  );
}

function densityOf(law: Law): Density {
  return {
    spec: { dims: 1, context: 0 },
    logProb: async (rows: Float64Array) => rows.map(law.logDensity),
    sample: async (count: number, { seed = 0 }: DensityCall = {}) => drawn(law, count, seed),
  };
}

describe.each([
  ["a normal law", normal],
  ["a uniform law, whose densities are all equal", flat],
  ["a law of two densities", steps],
])("%s", (_, law) => {
  it("is rejected at the nominal rate where it is exact", async () => {
    const trials = 40;
    let rejected = 0;
    let inside = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const rows = drawn(law, 200, seed);
      const options = { seed: 1000 * seed, levels: [0.5] };
      const { test, coverage } = await regionCoverage(densityOf(law), rows, options);
      if (test.pValue < 0.1) rejected++;
      inside += coverage[0]!.share / trials;
    }
    // 10 % of 40: 4. A right test rejects 12 or more once in three thousand, none 15 times in a thousand.
    expect(rejected).toBeLessThan(12);
    expect(rejected).toBeGreaterThan(0);
    // Half of 8,000 rows, 5.6 thousandths of standard error: four of them.
    expect(Math.abs(inside - 0.5)).toBeLessThan(0.0224);
  });
});

it("rejects a law of two densities for rows that are spread evenly", async () => {
  const { test, coverage } = await regionCoverage(densityOf(steps), drawn(flat, 400, 3), {
    levels: [0.75],
  });
  expect(test.pValue).toBeLessThan(1e-6);
  // [0, 1/2] is the region of 75 % of the mass, and half of the rows lie there: four standard errors are 0.1.
  expect(Math.abs(coverage[0]!.share - 0.5)).toBeLessThan(0.1);
});

it("passes a flow on a uniform base at birth", async () => {
  const model = await createModel(
    neuralSpline({ dims: 2, couplings: 2, width: 8, base: uniform() }),
  );
  const rows = await model.sample(500, { seed: 5 });
  const { test, coverage } = await regionCoverage(model, rows, { levels: [0.5, 0.9] });
  model.dispose();
  expect(test.pValue).toBeGreaterThan(0.01);
  // Four standard errors of 500 rows: 0.09 and 0.054.
  expect(Math.abs(coverage[0]!.share - 0.5)).toBeLessThan(0.09);
  expect(Math.abs(coverage[1]!.share - 0.9)).toBeLessThan(0.054);
});
