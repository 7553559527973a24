import { describe, expect, it } from "vitest";
import { heisenberg, ising, xy } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import { simulate } from "./simulate.ts";
import type { Estimate } from "./statistics.ts";

const stackOf = (intra: readonly number[], inter: readonly number[]): MagneticStack => magneticStack({
  layers: intra.map((exchange) => ({ spin: ising(), lattice: "square" as const, exchange })),
  couplings: inter.map((exchange, i) => ({ between: [i, i + 1] as const, exchange })),
});

/** Distance in standard errors. */
const sigmas = (estimate: Estimate, exact: number): number => Math.abs(estimate.value - exact) / estimate.error;

// Exact enumeration: oracle magnets.json, exactEnumeration. [energy, heat, <|m|>, <m^2>, Binder]
const exact = [
  {
    name: "ising 4x4 periodic", size: [4, 4] as const, intra: [1.0], inter: [],
    results: [
      { T: 2.269185314213022, energy: -1.5656237876383188, heat: 0.7832668259289056, order: 0.8438604448134203, order2: 0.7613589085686726, binder: 0.6171993184124589 },
    ],
  },
  {
    name: "bilayer 3x3 J=1,J'=1", size: [3, 3] as const, intra: [1.0, 1.0], inter: [1.0],
    results: [
      { T: 3.2076, energy: -1.6853334632077044, heat: 0.8494151885117461, order: 0.7610515430859136, order2: 0.6451584092246196, binder: 0.584334189587637 },
    ],
  },
  {
    name: "bilayer 3x3 J=(1,0.5),J'=0.2", size: [3, 3] as const, intra: [1.0, 0.5], inter: [0.2],
    results: [
      { T: 2.0, energy: -1.1265785076433614, heat: 0.46954984243509146, order: 0.6256318832690086, order2: 0.4775182321205491, binder: 0.5040753553857431 },
    ],
  },
  {
    name: "bilayer 3x3 A-type J=1,J'=-0.5", size: [3, 3] as const, intra: [1.0, 1.0], inter: [-0.5],
    results: [
      { T: 3.0, energy: -1.4052875651438896, heat: 0.7622112085154372, order: 0.2133307258864592, order2: 0.10142769201395409, binder: -0.5022249328721788 },
    ],
  },
  {
    name: "trilayer 2x3 J=1,J'=1", size: [2, 3] as const, intra: [1.0, 1.0, 1.0], inter: [1.0, 1.0],
    results: [
      { T: 4.0, energy: -1.361547194742785, heat: 0.555941108121242, order: 0.5583506410659598, order2: 0.3984072789797676, binder: 0.44936508016855636 },
    ],
  },
];

describe.each(exact)("$name", ({ intra, inter, size, results }) => {
  const stack = stackOf(intra, inter);
  for (const { T, energy, heat, order, order2, binder } of results) {
    it.each(["wolff", "metropolis", "heatBath"] as const)(`T = ${T}, %s: exact averages within 3 standard errors`, async (update) => {
      const result = await simulate(stack, {
        temperature: T, size, update, measurements: update === "wolff" ? 20_000 : 1000, interval: update === "wolff" ? 1 : 2,
        thermalise: 300, orderParameter: "uniform", threads: 0, seed: 7,
      });
      expect(sigmas(result.energy, energy)).toBeLessThan(3);
      expect(sigmas(result.heat, heat)).toBeLessThan(3);
      expect(sigmas(result.order, order)).toBeLessThan(3);
      expect(sigmas(result.order2, order2)).toBeLessThan(3);
      expect(sigmas(result.binder, binder)).toBeLessThan(3);
      // Nor is the error so large that anything would pass: 80 000 or more measurements of a tiny system.
      expect(result.energy.error).toBeLessThan(0.006);
    });
  }
});
