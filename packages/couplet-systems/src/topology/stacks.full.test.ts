import { describe, expect, it } from "vitest";
import { bhzStack } from "./preset.ts";
import { slab } from "./slab.ts";

/** The smallest half-filling gap on an n x n grid of surface wave vectors. */
function smallestGap(
  parameters: readonly [mass: number, curvature: number, spinOrbit: number, hopping: number],
  axis: number,
  cells: number,
  n: number,
): number {
  const [mass, stackCurvature, stackSpinOrbit, stackHopping] = parameters;
  const s = slab({
    model: bhzStack({
      inPlane: 1,
      curvature: 1,
      mass,
      stackCurvature,
      stackSpinOrbit,
      stackHopping,
    }),
    axis,
    cells,
  });
  let smallest = Infinity;
  // Time reversal: the gap at -k is the gap at k, so half the grid is enough.
  for (let i = 0; i <= n / 2; i++) {
    for (let j = 0; j < n; j++)
      smallest = Math.min(smallest, s.gap([(2 * Math.PI * i) / n, (2 * Math.PI * j) / n]));
  }
  return smallest;
}

describe("slab gaps over the whole surface Brillouin zone (table 3.3)", () => {
  const rows = [
    ["trivial", [-1, 0.1, 0.3, 0], 2.0216886907371285, 2.093186763300368],
    ["decoupled QSH", [1, 0, 0, 0], 1.6389910008951358, 1.8951501969873837e-4],
    ["weak", [1, 0.1, 0.3, 0], 1.2030010520676853, 1.8951501969873837e-4],
    ["weak, M = 5.2", [5.2, 0.1, 0.3, 0], 1.4792743466555027, 1.1667652452352325e-4],
    ["weak with t_z", [2, 0.2, 0.5, 0.1], 1.7157528830074542, 1.1667652452265753e-4],
    ["strong", [1, 0.6, 0.8, 0], 4.8379238710494665e-4, 1.8951501969873837e-4],
    ["weak (0;111)", [4.4, 0.8, 0.8, 0], 3.8412248962323746e-3, 1.1667652452294303e-4],
  ] as const;
  for (const [name, parameters, z, x] of rows) {
    it(name, () => {
      // Rounding of eigenvalues, 1e-15 of a bandwidth of 10.
      expect(Math.abs(smallestGap(parameters, 2, 10, 24) - z)).toBeLessThan(1e-12);
      expect(Math.abs(smallestGap(parameters, 0, 16, 24) - x)).toBeLessThan(1e-12);
    });
  }
  it("the weak one's top gap stays open with thickness", () => {
    for (const [cells, gap] of [
      [2, 1.362230087274403],
      [4, 1.2678689197334463],
      [8, 1.2118027449374447],
      [16, 1.18918379832806],
    ] as const) {
      expect(Math.abs(smallestGap([1, 0.1, 0.3, 0], 2, cells, 20) - gap)).toBeLessThan(1e-12);
    }
  });
});
