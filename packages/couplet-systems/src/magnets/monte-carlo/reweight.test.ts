import { describe, expect, it } from "vitest";
import { ising } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import { binderCrossing, reweight } from "./reweight.ts";
import { simulateStack } from "./simulate.ts";

const plane = magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: 1 }] });

describe("reweight", () => {
  it("turns averages at T = 2.269 into those at 2.5 (exact: 4 x 4 enumeration)", async () => {
    const simulation = await simulateStack(plane, {
      temperature: 2.269185314213022,
      size: 4,
      measurements: 30_000,
      threads: 0,
    });
    const there = reweight(simulation, 2.5);
    expect(Math.abs(there.energy.value + 1.3791164822593487)).toBeLessThan(3 * there.energy.error);
    expect(Math.abs(there.heat.value - 0.8125152294404581)).toBeLessThan(3 * there.heat.error);
    expect(there.energy.error).toBeLessThan(0.005);
    expect(there.overlap).toBeGreaterThan(0.3);
    // At its own temperature nothing changes.
    expect(reweight(simulation, simulation.temperature).binder.value).toBeCloseTo(
      simulation.binder.value,
      12,
    );
  });

  it("refuses to reach further than the data", async () => {
    const simulation = await simulateStack(plane, {
      temperature: 2.3,
      size: 16,
      measurements: 500,
      runs: 1,
      threads: 0,
    });
    expect(() => reweight(simulation, 4)).toThrow("of the measurements count");
  });
});

describe("binderCrossing", () => {
  it("finds the square lattice's Tc = 2.2692", async () => {
    const [small, large] = [
      await simulateStack(plane, { temperature: 2.27, size: 8, measurements: 8000, threads: 0 }),
      await simulateStack(plane, { temperature: 2.27, size: 16, measurements: 8000, threads: 0 }),
    ];
    const crossing = binderCrossing(small, large)!;
    // Crossings of 8 and 16 lie 0.001 above Tc (drift); the statistical error is about 0.003.
    expect(crossing.temperature.error).toBeLessThan(0.006);
    expect(Math.abs(crossing.temperature.value - 2.2692)).toBeLessThan(
      0.004 + 3 * crossing.temperature.error,
    );
    // Universal value on the square: 0.6107 (Kamieniarz and Bloete 1993), 0.608 at these sizes.
    expect(crossing.binder).toBeGreaterThan(0.59);
    expect(crossing.binder).toBeLessThan(0.63);
  });

  it("finds none far from Tc", async () => {
    const [small, large] = [
      await simulateStack(plane, { temperature: 4, size: 6, measurements: 1000, threads: 0 }),
      await simulateStack(plane, { temperature: 4, size: 12, measurements: 1000, threads: 0 }),
    ];
    expect(binderCrossing(small, large)).toBeUndefined();
  });
});
