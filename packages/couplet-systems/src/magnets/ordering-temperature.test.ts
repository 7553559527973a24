import { describe, expect, it } from "vitest";
import { orderingTemperature } from "./ordering-temperature.ts";
import { heisenberg, ising, quantumSpin, xy } from "./spin.ts";
import type { SpinModel } from "./spin.ts";
import { magneticStack } from "./stack.ts";
import type { MagneticStack } from "./stack.ts";

const bilayer = (spin: SpinModel, exchange: number, coupling: number): MagneticStack =>
  magneticStack({
    layers: [
      { spin, lattice: "square", exchange },
      { spin, lattice: "square", exchange },
    ],
    couplings: [{ between: [0, 1], exchange: coupling }],
  });

describe("orderingTemperature", () => {
  it("mean field: any order, with what to distrust", async () => {
    const isingResult = await orderingTemperature(bilayer(ising(), 1, 1), { method: "meanField" });
    expect(isingResult.value).toBeCloseTo(5, 12);
    expect(isingResult.warnings).toEqual([]);
    const checkerboard = await orderingTemperature(bilayer(ising(), -1, -1), {
      method: "meanField",
    });
    expect([checkerboard.order, checkerboard.value]).toEqual(["G", expect.closeTo(5, 12)]);
    const film = await orderingTemperature(bilayer(heisenberg(), 1, 1), { method: "meanField" });
    expect(film.value).toBeCloseTo(5 / 3, 12);
    expect(film.warnings[0]).toContain("Mermin-Wagner");
    expect(
      (await orderingTemperature(bilayer(quantumSpin(1), 1, 1), { method: "meanField" })).value,
    ).toBeCloseTo(10 / 3, 12);
  });

  it("Monte Carlo: a short run brackets the bilayer's 3.2076", async () => {
    const stages = new Set<string>();
    const result = await orderingTemperature(bilayer(ising(), 1, 1), {
      method: "monteCarlo",
      sizes: [6, 12, 24],
      tolerance: 6e-3,
      measurements: 1000,
      threads: 0,
      seed: 5,
      onProgress: ({ stage }) => stages.add(stage),
    });
    expect(result.converged).toBe(true);
    expect(result.error).toBeLessThan(6e-3 * 3.25);
    expect(Math.abs(result.value - 3.2076)).toBeLessThan(3 * result.error);
    expect([...stages]).toEqual(["search", "measure"]);
  });

  it("Monte Carlo: two sizes include the drift that they cannot see, and are not converged", async () => {
    const cubic = magneticStack({
      layers: [{ spin: ising(), lattice: "square", exchange: 1 }],
      stacking: "periodic",
      couplings: [{ between: [0, 0], repeats: 1, exchange: 1 }],
    });
    const result = await orderingTemperature(cubic, {
      method: "monteCarlo",
      sizes: [4, 8],
      // wide enough for the bar: what is missing is the third size
      tolerance: 0.1,
      measurements: 400,
      threads: 0,
    });
    expect(result.converged).toBe(false);
    expect(result.warnings).toEqual([
      "two sizes cannot show how their crossing drifts: the error bar takes the drift that simple magnets have; give three sizes",
    ]);
    // Ferrenberg, Xu, Landau 2018
    expect(Math.abs(result.value - 4.511523)).toBeLessThan(3 * result.error);
    expect(result.errorParts!.finiteSize).toBeGreaterThan(0.002 * result.value);
    expect(result.error).toBeCloseTo(
      Math.hypot(result.errorParts!.statistical, result.errorParts!.finiteSize),
      12,
    );
  });

  it("Monte Carlo: two small sizes of weakly coupled films give a wide bar, not an error", async () => {
    const result = await orderingTemperature(bilayer(ising(), 1, 0.25), {
      method: "monteCarlo",
      sizes: [8, 16],
      tolerance: 6e-3,
      measurements: 1000,
      threads: 0,
    });
    expect(result.converged).toBe(false);
    // 2.695 +- 0.007 from sizes 8, 16 and 32
    expect(Math.abs(result.value - 2.695)).toBeLessThan(2 * result.error);
    expect(result.errorParts!.finiteSize).toBeGreaterThan(result.errorParts!.statistical);
  });

  it.each([
    ["films of unit vectors", bilayer(heisenberg(), 1, 1), "Mermin-Wagner"],
    ["XY films", bilayer(xy(), 1, 1), "Kosterlitz-Thouless"],
    [
      "frustrated films",
      magneticStack({ layers: [{ spin: ising(), lattice: "triangular", exchange: -1 }] }),
      "a frustrated stack",
    ],
    ["films that do not touch", bilayer(ising(), 1, 0), "2 parts that do not interact"],
    [
      "dimers",
      magneticStack({
        layers: [
          { spin: ising(), lattice: "square", exchange: 0 },
          { spin: ising(), lattice: "square", exchange: 0 },
        ],
        couplings: [{ between: [0, 1], exchange: 1 }],
      }),
      "one-dimensional",
    ],
  ])("Monte Carlo refuses %s", async (_, stack, message) => {
    await expect(orderingTemperature(stack, { method: "monteCarlo" })).rejects.toThrow(message);
  });

  it("refuses sizes that do not ascend and a method that is none", async () => {
    await expect(
      orderingTemperature(bilayer(ising(), 1, 1), { method: "monteCarlo", sizes: [16, 8] }),
    ).rejects.toThrow("ascending integers, got [16, 8]");
    await expect(
      orderingTemperature(bilayer(ising(), 1, 1), { method: "montecarlo" as "monteCarlo" }),
    ).rejects.toThrow('got "montecarlo"');
  });
});
