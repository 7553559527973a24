import { describe, expect, it } from "vitest";
import { randomCrystal, type RandomCrystal } from "../../test/random-crystal.ts";
import { formatWannier90, readWannier90 } from "./wannier90.ts";
import { z2Indices } from "./z2-indices.ts";

describe("a file of the size that first-principles codes write", () => {
  const crystal: RandomCrystal = {
    core: { inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.6, stackSpinOrbit: 0.8 },
    orbitals: 30,
    cells: 547,
    hopping: 0.03,
    decay: 1.5,
    noise: 0,
    seed: 11,
  };
  // The first pair is the core's, and every second of the other 13 lies 3 below zero.
  const occupied = 2 + 2 * 7;

  it("30 orbitals, 547 cells, hoppings over 5 cells, noise of 1e-4: the indices without noise", () => {
    const clean = z2Indices({ model: randomCrystal(crystal), occupied });
    const noisy = readWannier90(formatWannier90(randomCrystal({ ...crystal, noise: 1e-4 })));
    const stages = new Set<string>();
    const found = z2Indices({
      model: noisy,
      occupied,
      onProgress: ({ stage, fraction }) => stages.add(`${stage} ${Math.floor(4 * fraction)}`),
    });
    expect(clean.label).toBe("(1;000)");
    expect(clean.warnings).toEqual([]);
    expect(found.label).toBe(clean.label);
    expect(found.warnings).toEqual([expect.stringMatching(/^time reversal is broken by 0\.0/)]);
    expect(stages.size).toBeGreaterThan(6);
  });
});
