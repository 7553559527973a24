/** Energies against differences, normalisations against quadrature, and draws against the density. */
import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { funnel } from "./funnel.ts";
import { gaussianMixture40 } from "./gaussian-mixture.ts";
import { latticeField } from "./lattice.ts";
import type { EnergyTarget } from "./target.ts";
import { coupledAngles } from "./torus.ts";
import { manyWell } from "./wells.ts";

const targets: readonly EnergyTarget[] = [
  manyWell(1),
  manyWell(4),
  funnel(),
  gaussianMixture40(),
  coupledAngles(),
  latticeField({ size: 4 }),
];

const at = async (target: EnergyTarget, rows: Float64Array) =>
  target.energy(rows, { count: rows.length / target.dims, dims: target.dims, context: undefined });

describe.each(targets.map((target) => [target.name, target] as const))("%s", (_name, target) => {
  const { dims, units } = target;
  const rows = Float64Array.from(
    { length: 5 * dims },
    (_, i) => units.shift + units.scale * philoxNormal({ seed: 4, row: i }),
  );

  it("has the gradient of central differences", async () => {
    const { grad } = await at(target, rows);
    const h = 1e-5;
    for (let j = 0; j < dims; j++) {
      const shifted = (by: number) => rows.map((x, i) => (i % dims === j ? x + by : x));
      const [up, down] = [await at(target, shifted(h)), await at(target, shifted(-h))];
      for (let r = 0; r < 5; r++) {
        const slope = (up.u[r]! - down.u[r]!) / (2 * h);
        expect(Math.abs(grad[r * dims + j]! - slope)).toBeLessThan(
          1e-6 * (1 + Math.abs(slope)) * 10,
        );
      }
    }
  });
});

/** ln of the integral of exp(-u) over [-b, b]^2 by the trapezium rule, exact to rounding for what vanishes (or wraps) at the ends. */
async function quadrature(target: EnergyTarget, b: number, n: number): Promise<number> {
  const h = (2 * b) / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const line = new Float64Array(2 * n);
    for (let j = 0; j < n; j++) line.set([-b + i * h, -b + j * h], 2 * j);
    const { u } = await at(target, line);
    for (let j = 0; j < n; j++) sum += Math.exp(-u[j]!);
  }
  return Math.log(sum * h * h);
}

it("has log Z as quadrature has it", async () => {
  expect(await quadrature(manyWell(1), 8, 800)).toBeCloseTo(manyWell(1).logZ!, 7);
  expect(manyWell(16).logZ).toBeCloseTo(164.6957, 3);
  expect(await quadrature(coupledAngles(), Math.PI, 128)).toBeCloseTo(coupledAngles().logZ!, 12);
  expect(coupledAngles().logZ).toBeCloseTo(6.74953247, 8);
  // Components near the box's edge reach 8 deviations beyond it.
  expect(await quadrature(gaussianMixture40(), 52, 400)).toBeCloseTo(0, 7);
});

it("draws from the density that it says", async () => {
  // 20,000 draws: three standard errors of a share and of a mean.
  const N = 20_000;
  const wells = manyWell(1).sample!(N, 1);
  let left = 0;
  for (let r = 0; r < N; r++) if (wells[2 * r]! < 0) left++;
  const [leftMode] = manyWell(1).modes!;
  expect(Math.abs(left / N - leftMode!.probability)).toBeLessThan(3 * Math.sqrt(0.1315 / N));
  // The mean of u under a normalised Gaussian-shaped density: E[-log p], by its own draws and in closed form.
  const { u } = await at(funnel(), funnel().sample!(N, 1));
  const mean = Array.from(u).reduce((sum, value) => sum + value / N, 0);
  const entropy = 5 * Math.log(2 * Math.PI * Math.E) + Math.log(3);
  expect(Math.abs(mean - entropy)).toBeLessThan(3 * Math.sqrt((10 / 2 + 81 * 2.25) / N));
  const mixture = gaussianMixture40();
  const draws = mixture.sample!(N, 1);
  const covered = mixture.modes!.filter(({ contains }) => {
    for (let r = 0; r < N; r++) if (contains(draws.subarray(2 * r, 2 * r + 2))) return true;
    return false;
  });
  expect(covered.length).toBe(40);
});
