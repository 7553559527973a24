/** Energies against differences, normalisations against quadrature, and draws against the density. */
import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { energyTarget } from "../chain-targets.ts";
import { hamiltonianChains } from "../hamiltonian.ts";
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
  latticeField(),
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
  // E[cos a] = d log Z / d k1, by a difference of the Bessel series.
  const angles = coupledAngles().sample!(N, 1);
  const h = 1e-4;
  const slope = (coupledAngles(2 + h).logZ! - coupledAngles(2 - h).logZ!) / (2 * h);
  const cosines = Array.from({ length: N }, (_, r) => Math.cos(angles[2 * r]!));
  const average = cosines.reduce((sum, c) => sum + c / N, 0);
  // The variance of a cosine is at most 1/2 where the density is largest at 0.
  expect(Math.abs(average - slope)).toBeLessThan(3 * Math.sqrt(0.5 / N));
  const mixture = gaussianMixture40();
  const draws = mixture.sample!(N, 1);
  const covered = mixture.modes!.filter(({ contains }) => {
    for (let r = 0; r < N; r++) if (contains(draws.subarray(2 * r, 2 * r + 2))) return true;
    return false;
  });
  expect(covered.length).toBe(40);
});

describe("a field on a lattice", () => {
  it("has the free field's log Z, and its action by chains", async () => {
    const free = latticeField({ size: 2, m2: 1.5, lambda: 0 });
    expect(latticeField().logZ).toBeUndefined();
    // The box ends at 7 deviations of the widest mode.
    const { logZ } = await fourSites(free, { box: 4, points: 24 });
    expect(logZ).toBeCloseTo(free.logZ!, 8);
    const averages = await chainAverages(latticeField({ size: 4, m2: 1.5, lambda: 0 }));
    // A Gaussian's action: half a nat a variable. Three standard errors, as below.
    const { value, error } = averages["action a site"]!;
    expect(error).toBeLessThan(0.01);
    expect(Math.abs(value - 0.5)).toBeLessThan(3 * error);
  });

  it("has the averages of quadrature by chains, with interaction", async () => {
    const field = latticeField({ size: 2 });
    const exact = await fourSites(field, { box: 2, points: 20 });
    const averages = await chainAverages(field);
    for (const { name } of field.observables!) {
      const { value, error } = averages[name]!;
      expect(error).toBeLessThan(0.02);
      expect(Math.abs(value - exact.averages[name]!)).toBeLessThan(3 * error);
    }
  });
});

/** log Z and averages over the fields of four sites, by the trapezium rule on [-box, box]^4. */
async function fourSites(
  target: EnergyTarget,
  { box, points: n }: { readonly box: number; readonly points: number },
): Promise<{ logZ: number; averages: Record<string, number> }> {
  const h = (2 * box) / n;
  let sum = 0;
  const averages: Record<string, number> = {};
  for (let i = 0; i < n * n; i++) {
    const rows = new Float64Array(4 * n * n);
    for (let j = 0; j < n * n; j++)
      for (const [k, at] of [i % n, Math.floor(i / n), j % n, Math.floor(j / n)].entries())
        rows[4 * j + k] = -box + at * h;
    const { u } = await at(target, rows);
    for (let j = 0; j < n * n; j++) {
      const weight = Math.exp(-u[j]!);
      sum += weight;
      for (const { name, of } of target.observables!)
        averages[name] = (averages[name] ?? 0) + weight * of(rows.subarray(4 * j, 4 * j + 4));
    }
  }
  for (const name of Object.keys(averages)) averages[name]! /= sum;
  return { logZ: Math.log(sum * h ** 4), averages };
}

/** Averages over 64 Hamiltonian chains, with the error of independent chains. */
async function chainAverages(target: EnergyTarget) {
  const [chains, moves, adapt] = [64, 150, 50];
  const start = Array.from(
    { length: chains * target.dims },
    (_, i) => 0.5 * philoxNormal({ seed: 9, row: i }),
  );
  const observables = target.observables!;
  const sums = observables.map(() => new Float64Array(chains));
  await hamiltonianChains(energyTarget(target.energy, target.dims), Float64Array.from(start), {
    moves,
    adapt,
    leapfrogs: 8,
    scale: 0.3,
    seed: 2,
    onMove: (rows, move) => {
      if (move < adapt) return;
      for (let c = 0; c < chains; c++) {
        const row = rows.subarray(c * target.dims, (c + 1) * target.dims);
        for (const [k, { of }] of observables.entries()) sums[k]![c]! += of(row) / (moves - adapt);
      }
    },
  });
  return Object.fromEntries(
    observables.map(({ name }, k) => {
      const value = sums[k]!.reduce((sum, m) => sum + m / chains, 0);
      const variance = sums[k]!.reduce((sum, m) => sum + (m - value) ** 2 / (chains - 1), 0);
      return [name, { value, error: Math.sqrt(variance / chains) }];
    }),
  );
}
