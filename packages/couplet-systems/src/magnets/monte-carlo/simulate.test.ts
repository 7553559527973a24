import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { heisenberg, ising, respond, xy } from "../spin.ts";
import type { SpinModel } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import { simulateStack } from "./simulate.ts";
import type { Simulation } from "./simulate.ts";
import type { Estimate } from "./statistics.ts";

const stackOf = (intra: readonly number[], inter: readonly number[]): MagneticStack =>
  magneticStack({
    layers: intra.map((exchange) => ({ spin: ising(), lattice: "square" as const, exchange })),
    couplings: inter.map((exchange, i) => ({ between: [i, i + 1] as const, exchange })),
  });

/** Distance in standard errors. */
const sigmas = (estimate: Estimate, exact: number): number =>
  Math.abs(estimate.value - exact) / estimate.error;

// Exact enumeration: oracle magnets.json, exactEnumeration. [energy, heat, <|m|>, <m^2>, Binder]
const exact = [
  {
    name: "ising 4x4 periodic",
    size: [4, 4] as const,
    intra: [1.0],
    inter: [],
    results: [
      {
        T: 2.269185314213022,
        energy: -1.5656237876383188,
        heat: 0.7832668259289056,
        order: 0.8438604448134203,
        order2: 0.7613589085686726,
        binder: 0.6171993184124589,
      },
    ],
  },
  {
    name: "bilayer 3x3 J=1,J'=1",
    size: [3, 3] as const,
    intra: [1.0, 1.0],
    inter: [1.0],
    results: [
      {
        T: 3.2076,
        energy: -1.6853334632077044,
        heat: 0.8494151885117461,
        order: 0.7610515430859136,
        order2: 0.6451584092246196,
        binder: 0.584334189587637,
      },
    ],
  },
  {
    name: "bilayer 3x3 J=(1,0.5),J'=0.2",
    size: [3, 3] as const,
    intra: [1.0, 0.5],
    inter: [0.2],
    results: [
      {
        T: 2.0,
        energy: -1.1265785076433614,
        heat: 0.46954984243509146,
        order: 0.6256318832690086,
        order2: 0.4775182321205491,
        binder: 0.5040753553857431,
      },
    ],
  },
  {
    name: "bilayer 3x3 A-type J=1,J'=-0.5",
    size: [3, 3] as const,
    intra: [1.0, 1.0],
    inter: [-0.5],
    results: [
      {
        T: 3.0,
        energy: -1.4052875651438896,
        heat: 0.7622112085154372,
        order: 0.2133307258864592,
        order2: 0.10142769201395409,
        binder: -0.5022249328721788,
      },
    ],
  },
  {
    name: "trilayer 2x3 J=1,J'=1",
    size: [2, 3] as const,
    intra: [1.0, 1.0, 1.0],
    inter: [1.0, 1.0],
    results: [
      {
        T: 4.0,
        energy: -1.361547194742785,
        heat: 0.555941108121242,
        order: 0.5583506410659598,
        order2: 0.3984072789797676,
        binder: 0.44936508016855636,
      },
    ],
  },
];

describe.each(exact)("$name", ({ intra, inter, size, results }) => {
  const stack = stackOf(intra, inter);
  for (const { T, energy, heat, order, order2, binder } of results) {
    it.each(["wolff", "metropolis", "heatBath"] as const)(
      `T = ${T}, %s: exact averages within 3 standard errors`,
      async (update) => {
        const result = await simulateStack(stack, {
          temperature: T,
          size,
          update,
          measurements: update === "wolff" ? 20_000 : 1000,
          interval: update === "wolff" ? 1 : 2,
          thermalise: 300,
          orderParameter: "uniform",
          threads: 0,
          seed: 7,
        });
        expect(sigmas(result.energy, energy)).toBeLessThan(3);
        expect(sigmas(result.heat, heat)).toBeLessThan(3);
        expect(sigmas(result.order, order)).toBeLessThan(3);
        expect(sigmas(result.order2, order2)).toBeLessThan(3);
        expect(sigmas(result.binder, binder)).toBeLessThan(3);
        // Nor is the error so large that anything would pass: 80 000 or more measurements of a tiny system.
        expect(result.energy.error).toBeLessThan(0.006);
      },
    );
  }
});

describe("dimers of unit vectors", () => {
  // Two films with exchange across only: <s1 . s2> = coth K - 1/K (Heisenberg), I1(K)/I0(K) (XY), K = J / T.
  const dimers = (spin: SpinModel): MagneticStack =>
    magneticStack({
      layers: [
        { spin, lattice: "square", exchange: 0 },
        { spin, lattice: "square", exchange: 0 },
      ],
      couplings: [{ between: [0, 1], exchange: 1 }],
    });
  it.each([
    [heisenberg(), "heatBath", 0.3],
    [heisenberg(), "heatBath", 2],
    [heisenberg(), "heatBath", 60],
    [heisenberg(), "metropolis", 0.7],
    [heisenberg(), "wolff", 0.7],
    [xy(), "metropolis", 0.7],
    [xy(), "wolff", 0.5],
  ] as const)("$kind by %s at T = %d", async (spin, update, temperature) => {
    const result = await simulateStack(dimers(spin), {
      temperature,
      size: 8,
      update,
      measurements: 1500,
      interval: 2,
      relaxations: 0,
      threads: 0,
      seed: 3,
    });
    // 64 dimers hold 128 sites.
    const exact = respond(spin, 1 / temperature).value / 2;
    expect(sigmas(result.energy, -exact)).toBeLessThan(3);
    expect(result.energy.error).toBeLessThan(0.004);
  });
});

describe("bilayer of Heisenberg spins", () => {
  const stack = magneticStack({
    layers: [0, 1].map(() => ({ spin: heisenberg(), lattice: "square" as const, exchange: 1 })),
    couplings: [{ between: [0, 1], exchange: -0.5 }],
  });

  it("has the same averages by clusters, heat bath, over-relaxation and Metropolis", async () => {
    const run = (
      update: "wolff" | "heatBath" | "metropolis",
      relaxations: number,
    ): Promise<Simulation> =>
      simulateStack(stack, {
        temperature: 0.8,
        size: 6,
        update,
        relaxations,
        measurements: 3000,
        interval: update === "metropolis" ? 4 : 1,
        threads: 0,
      });
    const [wolff, ...others] = [
      await run("wolff", 0),
      await run("heatBath", 0),
      await run("heatBath", 2),
      await run("metropolis", 0),
    ];
    for (const other of others) {
      for (const key of ["energy", "order", "binder", "heat"] as const) {
        const [a, b] = [wolff![key], other[key]];
        expect(Math.abs(a.value - b.value), key).toBeLessThan(3 * Math.hypot(a.error, b.error));
      }
    }
    // The A-type order: each film along the order parameter, although the total moment is near zero.
    for (const film of wolff!.films) expect(film.value).toBeCloseTo(wolff!.order.value, 1);
  });
});

describe("a run", () => {
  const stack = stackOf([1, 1], [1]);
  const options = {
    temperature: 3,
    size: 6,
    measurements: 50,
    thermalise: 20,
    seed: 2 ** 40 + 5,
    runs: 3,
  } as const;

  it.each(["wolff", "metropolis"] as const)(
    "repeats with its seed and differs with another: %s",
    async (update) => {
      const [first, again, other] = [
        await simulateStack(stack, { ...options, update, threads: 0 }),
        await simulateStack(stack, { ...options, update, threads: 0 }),
        await simulateStack(stack, { ...options, update, threads: 0, seed: 6 }),
      ];
      expect(again.chains).toEqual(first.chains);
      expect(other.chains[0]!.energy).not.toEqual(first.chains[0]!.energy);
      // Runs of one seed use different streams.
      expect(first.chains[0]!.energy).not.toEqual(first.chains.at(-1)!.energy);
    },
  );

  it.skipIf(!existsSync(new URL("../../../dist/magnets/monte-carlo/worker.js", import.meta.url)))(
    "gives the same numbers in worker threads (needs npm run build)",
    async () => {
      const inline = await simulateStack(stack, { ...options, threads: 0 });
      const threaded = await simulateStack(stack, { ...options, threads: 2 });
      expect(threaded.chains).toEqual(inline.chains);
    },
  );

  it("stops when aborted and reports progress", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const running = simulateStack(stack, {
      temperature: 3,
      size: 32,
      update: "metropolis",
      measurements: 5000,
      threads: 0,
      signal: controller.signal,
      onProgress: (fraction) => {
        seen.push(fraction);
        if (seen.length === 3) controller.abort(new Error("enough"));
      },
    });
    await expect(running).rejects.toThrow("enough");
    expect(seen.length).toBe(3);
    expect(seen[2]).toBeGreaterThan(seen[0]!);
  });

  it("refuses what it cannot do", async () => {
    await expect(simulateStack(stack, { ...options, size: 1 })).rejects.toThrow(
      "larger than the range of the exchange, got 1 x 1 x 1",
    );
    await expect(simulateStack(stackOf([-1], []), { ...options, size: 5 })).rejects.toThrow(
      "an even size along x, got 5 x 5 x 1",
    );
    await expect(simulateStack(stack, { ...options, temperature: -1 })).rejects.toThrow(
      "temperature: expected a positive number, got -1",
    );
    await expect(simulateStack(stack, { ...options, update: "wolf" as "wolff" })).rejects.toThrow(
      'got "wolf"',
    );
    const mixed = magneticStack({
      layers: [
        { spin: ising(), lattice: "square", exchange: 1 },
        { spin: heisenberg(), lattice: "square", exchange: 1 },
      ],
    });
    await expect(simulateStack(mixed, options)).rejects.toThrow(
      "one kind in all films, got ising and heisenberg",
    );
  });
});

it.each([
  ["thermalise", -1],
  ["thermalise", 1.5],
  ["firstRun", -1],
  ["firstRun", 0.5],
  ["seed", -1],
])("refuses %s = %d", async (name, value) => {
  const stack = magneticStack({
    layers: [{ spin: ising(), lattice: "square", exchange: 1 }],
  });
  await expect(
    simulateStack(stack, { temperature: 2, size: 4, measurements: 10, runs: 1, [name]: value }),
  ).rejects.toThrow(`simulateStack: ${name}: expected an integer from 0 to 2^53 - 1`);
});
