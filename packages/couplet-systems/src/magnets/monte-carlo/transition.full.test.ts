import { describe, expect, it } from "vitest";
import { orderingTemperature } from "../ordering-temperature.ts";
import { heisenberg, ising } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import { simulateStack } from "./simulate.ts";

const bilayer = (lower: number, upper: number, coupling: number): MagneticStack =>
  magneticStack({
    layers: [lower, upper].map((exchange) => ({
      spin: ising(),
      lattice: "square" as const,
      exchange,
    })),
    couplings: [{ between: [0, 1], exchange: coupling }],
  });

const crystal = (spin: ReturnType<typeof ising>): MagneticStack =>
  magneticStack({
    layers: [{ spin, lattice: "square", exchange: 1 }],
    stacking: "periodic",
    couplings: [{ between: [0, 0], repeats: 1, exchange: 1 }],
  });

describe("Tc of Ising bilayers against the transfer matrix", () => {
  it("J' = J: 3.2076 within its error bar, and the bar under 0.002", async () => {
    const result = await orderingTemperature(bilayer(1, 1, 1), {
      method: "monteCarlo",
      tolerance: 5e-4,
    });
    expect(result.converged).toBe(true);
    expect(result.error).toBeLessThan(0.002);
    // One standard error is what "within its error bar" says; the seed is fixed, so it holds or it does not.
    expect(Math.abs(result.value - 3.2076)).toBeLessThan(result.error);
  });

  // SYSTEMS 3.2; the last number is the reference's own uncertainty.
  it.each([
    [1, 1, 0.5, 2.9008, 0.0005],
    [1, 1, 0.1, 2.516, 0.002],
    [1, 0.5, 1, 2.616, 0.0001],
  ])("J = (%d, %d), J' = %d: %d", async (lower, upper, coupling, expected, uncertainty) => {
    const result = await orderingTemperature(bilayer(lower, upper, coupling), {
      method: "monteCarlo",
      tolerance: 1.5e-3,
    });
    expect(result.error).toBeLessThan(0.008);
    expect(Math.abs(result.value - expected)).toBeLessThan(
      3 * Math.hypot(result.error, uncertainty),
    );
  });

  it("the shift with coupling grows as J'^(4/7)", async () => {
    const alone = 2.269185314213022;
    const shifts = [];
    for (const coupling of [0.1, 0.5]) {
      const { value, error } = await orderingTemperature(bilayer(1, 1, coupling), {
        method: "monteCarlo",
        tolerance: 1.5e-3,
        seed: 2,
      });
      shifts.push({ value: value - alone, error });
    }
    const [weak, strong] = shifts;
    const exponent = Math.log(strong!.value / weak!.value) / Math.log(5);
    const error =
      Math.hypot(strong!.error / strong!.value, weak!.error / weak!.value) / Math.log(5);
    // Theory 1 / phi = 4/7 = 0.571 for J' -> 0; 0.584 between these two couplings by the transfer matrix. Mean field: 1.
    expect(Math.abs(exponent - 0.584)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.05);
  });
});

describe("Tc of one plane and of crystals", () => {
  it("square Ising: 2.269185 (exact)", async () => {
    const plane = magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: 1 }] });
    const result = await orderingTemperature(plane, { method: "monteCarlo", tolerance: 1e-3 });
    expect(result.error).toBeLessThan(0.004);
    expect(Math.abs(result.value - 2.269185314213022)).toBeLessThan(3 * result.error);
  });

  // Numbers of the literature: Ferrenberg, Xu, Landau 2018 (4.511523); Chen, Ferrenberg, Landau 1993 (1.442929).
  it.each([
    [ising(), 4.511523],
    [heisenberg(), 1.442929],
  ] as const)("simple cubic, %o: %d", async (spin, expected) => {
    const result = await orderingTemperature(crystal(spin), {
      method: "monteCarlo",
      tolerance: 1.5e-3,
    });
    expect(result.error / expected).toBeLessThan(0.003);
    expect(Math.abs(result.value - expected)).toBeLessThan(3 * result.error);
  });
});

describe("error bars of 20 seeds", () => {
  const plane = (lattice: "square" | "triangular" | "honeycomb"): MagneticStack =>
    magneticStack({ layers: [{ spin: ising(), lattice, exchange: 1 }] });
  const bodyCentred = magneticStack({
    layers: [{ spin: ising(), lattice: "square", exchange: 0 }],
    stacking: "periodic",
    couplings: [{ between: [0, 0], repeats: 1, exchange: 1, contact: "hollow" }],
  });
  // Exact: Onsager 1944, Houtappel 1950; three dimensions: Ferrenberg, Xu, Landau 2018, and series for bcc.
  const known: readonly (readonly [string, MagneticStack, number, readonly number[]])[] = [
    ["square", plane("square"), 2.269185314213022, [8, 16, 32]],
    ["triangular", plane("triangular"), 4 / Math.log(3), [8, 16, 32]],
    ["honeycomb", plane("honeycomb"), 2 / Math.log(2 + Math.sqrt(3)), [8, 16, 32]],
    ["simple cubic", crystal(ising()), 4.511523, [4, 8, 16]],
    ["body-centred cubic", bodyCentred, 6.354, [4, 8, 16]],
  ];
  const seeds = Array.from({ length: 20 }, (_, i) => 1000 + i);
  const moments = (z: readonly number[]): readonly [mean: number, deviation: number] => {
    const mean = z.reduce((sum, x) => sum + x, 0) / z.length;
    return [mean, Math.sqrt(z.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (z.length - 1))];
  };

  const measured = new Map<string, readonly number[]>();
  /** (value - known) / error of every seed. */
  const scoresOf = async (name: string): Promise<readonly number[]> => {
    const before = measured.get(name);
    if (before !== undefined) return before;
    const [, stack, expected, sizes] = known.find(([own]) => own === name)!;
    const z: number[] = [];
    for (const seed of seeds) {
      const { value, error } = await orderingTemperature(stack, {
        method: "monteCarlo",
        sizes,
        measurements: 500,
        // one round of measurements, whatever it gives
        maxRounds: 1,
        tolerance: 1e-6,
        seed,
      });
      z.push((value - expected) / error);
    }
    measured.set(name, z);
    return z;
  };

  it.each(known.map(([name]) => name))(
    "(value - known) / error is a unit normal: %s",
    async (name) => {
      const [mean, deviation] = moments(await scoresOf(name));
      // Of 20 unit normals the mean has a standard error of 0.22, the deviation one of 0.16: three of them, and 0.1 for
      // the corrections, which all seeds of a lattice share.
      expect(Math.abs(mean), `mean ${mean}`).toBeLessThan(0.77);
      expect(Math.abs(deviation - 1), `deviation ${deviation}`).toBeLessThan(0.58);
    },
  );

  it("and so it is on all lattices together", async () => {
    const all: number[] = [];
    for (const [name] of known) all.push(...(await scoresOf(name)));
    const [mean, deviation] = moments(all);
    expect(Math.abs(mean), `mean ${mean}`).toBeLessThan(0.4);
    expect(Math.abs(deviation - 1), `deviation ${deviation}`).toBeLessThan(0.31);
    expect(Math.max(...all.map(Math.abs))).toBeLessThan(4);
  });
});

describe("Kaufman's tori at and around Tc", () => {
  // Energy and heat capacity a site, exact (Kaufman 1949): oracle magnets.json, kaufmanTorus.
  it.each([
    [4, 2.0, -1.7553802887774352, 0.605532657210055],
    [4, 2.269185314213022, -1.5656237876383186, 0.7832668259289094],
    [4, 2.5, -1.3791164822593487, 0.8125152294404581],
    [8, 2.0, -1.7456831702931999, 0.7141226028551417],
    [8, 2.269185314213022, -1.4915891074397065, 1.1455592398944088],
    [8, 2.5, -1.222320643250913, 1.1004758893624318],
    [16, 2.0, -1.7455306689909191, 0.7255087677365641],
    [16, 2.269185314213022, -1.4530648528134769, 1.4987049594000263],
    [16, 2.5, -1.1313179844107288, 1.0649768828534352],
    [32, 2.0, -1.7455645270345737, 0.7248739781986838],
    [32, 2.269185314213022, -1.4336584661462481, 1.8467675900395593],
    [32, 2.5, -1.107291660977511, 0.8858125010662001],
  ])("L = %d, T = %d", async (size, temperature, energy, heat) => {
    const plane = magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: 1 }] });
    const updates = size <= 16 ? (["wolff", "metropolis"] as const) : (["wolff"] as const);
    for (const update of updates) {
      const result = await simulateStack(plane, {
        temperature,
        size,
        update,
        measurements: update === "wolff" ? 10_000 : 2000,
        interval: update === "wolff" ? 1 : 10,
        thermalise: update === "wolff" ? 500 : 3000,
      });
      expect(Math.abs(result.energy.value - energy), update).toBeLessThan(3 * result.energy.error);
      expect(Math.abs(result.heat.value - heat), update).toBeLessThan(3 * result.heat.error);
      expect(result.energy.error, update).toBeLessThan(0.004);
    }
  });
});
