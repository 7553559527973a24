import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import { spectrum } from "../linear-algebra/eigen/spectrum.ts";
import { bhzInversion, bhzStack, kaneMele, spinTimeReversal } from "./preset.ts";
import type { BhzStackParameters } from "./preset.ts";
import { slab, surfaceDensity } from "./slab.ts";
import { wannierCentres } from "./wilson.ts";
import { z2Indices } from "./z2-indices.ts";

const stackOf = (
  mass: number,
  stackCurvature: number,
  stackSpinOrbit: number,
  stackHopping = 0,
): BhzStackParameters => ({
  inPlane: 1,
  curvature: 1,
  mass,
  stackCurvature,
  stackSpinOrbit,
  stackHopping,
});

/** The table of stacked quantum spin Hall layers: parameters, indices, smallest slab gaps and where they are. */
const table = [
  {
    name: "trivial",
    p: stackOf(-1, 0.1, 0.3),
    label: "(0;000)",
    z: [2.0216886907371285, 0, 0],
    x: [2.093186763300368, 0, 0],
  },
  {
    name: "decoupled QSH",
    p: stackOf(1, 0, 0),
    label: "(0;001)",
    z: [1.6389910008951358, 0, Math.PI / 4],
    x: [1.8951501969873837e-4, 0, 0],
  },
  {
    name: "weak",
    p: stackOf(1, 0.1, 0.3),
    label: "(0;001)",
    z: [1.2030010520676853, Math.PI / 12, (23 * Math.PI) / 12],
    x: [1.8951501969873837e-4, 0, 0],
  },
  {
    name: "weak, M = 5.2",
    p: stackOf(5.2, 0.1, 0.3),
    label: "(0;001)",
    z: [1.4792743466555027, (11 * Math.PI) / 6, Math.PI],
    x: [1.1667652452352325e-4, Math.PI, 0],
  },
  {
    name: "weak with t_z",
    p: stackOf(2, 0.2, 0.5, 0.1),
    label: "(0;001)",
    z: [1.7157528830074542, (5 * Math.PI) / 12, 0],
    x: [1.1667652452265753e-4, 0, Math.PI],
  },
  {
    name: "strong",
    p: stackOf(1, 0.6, 0.8),
    label: "(1;000)",
    z: [4.8379238710494665e-4, 0, 0],
    x: [1.8951501969873837e-4, 0, 0],
  },
  {
    name: "weak (0;111)",
    p: stackOf(4.4, 0.8, 0.8),
    label: "(0;111)",
    z: [3.8412248962323746e-3, Math.PI, 0],
    x: [1.1667652452294303e-4, 0, Math.PI],
  },
] as const;

// Energies are exact to 1e-15 of a bandwidth of about 10; small gaps are differences of such energies.
const energyTolerance = 1e-12;

describe("stacked quantum spin Hall layers (table 3.3)", () => {
  for (const { name, p, label, z, x } of table) {
    it(`${name}: ${label} by parities and by Wilson loops`, () => {
      const r = z2Indices({
        model: bhzStack(p),
        occupied: 2,
        inversion: bhzInversion,
        timeReversal: spinTimeReversal(4),
      });
      expect(r.label).toBe(label);
      expect(r.byWilson.label).toBe(label);
      expect(r.byParities!.label).toBe(label);
      expect(r.agree).toBe(true);
    });
    it(`${name}: slab gaps, open along z (10 cells) and along x (16 cells)`, () => {
      const model = bhzStack(p);
      expect(Math.abs(slab({ model, axis: 2, cells: 10 }).gap([z[1], z[2]]) - z[0])).toBeLessThan(
        energyTolerance,
      );
      expect(Math.abs(slab({ model, axis: 0, cells: 16 }).gap([x[1], x[2]]) - x[0])).toBeLessThan(
        energyTolerance,
      );
    });
  }
});

describe("the weak topological insulator", () => {
  const model = bhzStack(stackOf(1, 0.1, 0.3));
  it("side surfaces close their gap with thickness, top and bottom do not", () => {
    const side = [
      [4, 0.27820758375295795],
      [8, 0.022262887618657037],
      [12, 4.929999505e-4],
      [24, 4.3737564e-6],
      [32, 6.2197e-9],
    ] as const;
    for (const [cells, gap] of side) {
      const found = slab({ model, axis: 0, cells }).gap([0, 0]);
      // Golden numbers with 4 to 16 digits: half a unit of the last, or rounding of the eigenvalues.
      expect(Math.abs(found - gap)).toBeLessThan(Math.max(energyTolerance, 1e-4 * gap));
    }
    const top = [
      [2, 1.42788206],
      [4, 1.30132833],
      [8, 1.23612823],
      [16, 1.21099106],
    ] as const;
    for (const [cells, gap] of top)
      expect(slab({ model, axis: 2, cells }).gap([0, 0])).toBeCloseTo(gap, 8);
  });
  it("shift-invert finds the states at the Fermi energy of a thick slab, none missed", () => {
    const s = slab({ model, axis: 0, cells: 120 });
    const r = spectrum({ operator: s.hamiltonian([0.2, 0.3]), k: 4, near: 0.001 });
    expect(r.method).toBe("shiftInvert");
    expect(r.proven).toBeDefined();
    const middle = s.bands([0.2, 0.3]).slice(238, 242);
    r.values.forEach((v, i) => expect(v).toBeCloseTo(middle[i]!, 9));
  });
  it("the surface density of states is on the sides", () => {
    const at = (axis: number): number =>
      surfaceDensity({ model, axis, k: [0, 0], energy: 0, eta: 0.01 }).surface;
    expect(at(0)).toBeCloseTo(42.445326218317824, 8);
    expect(at(2)).toBeCloseTo(0.0202, 4);
  });
  it("Wannier centres on the plane kz = 0", () => {
    const w = wannierCentres({ model, occupied: 2, axis: 0, k: [0, 0.5, 0], points: 200 });
    expect(w[0]).toBeCloseTo(0.2808665328806317, 10);
    expect(w[1]).toBeCloseTo(0.7191334671193683, 10);
  });
});

describe("Kane-Mele", () => {
  const rows = [
    [1, 0.3, 0.25, "1"],
    [2.5, 0.3, 0.25, "0"],
    [0.1, 0.06, 0.05, "1"],
    [0.4, 0.06, 0.05, "0"],
    // On both sides of the transition at 3 sqrt(3) lambda_so = 0.311769.
    [0.3, 0.06, 0, "1"],
    [0.32, 0.06, 0, "0"],
  ] as const;
  for (const [staggered, spinOrbit, rashba, label] of rows) {
    it(`staggered ${staggered}, spin-orbit ${spinOrbit}, Rashba ${rashba}: Z2 = ${label}`, () => {
      const model = kaneMele({ hopping: 1, spinOrbit, rashba, staggered });
      const r = z2Indices({ model, occupied: 2, timeReversal: spinTimeReversal(4) });
      expect(r.label).toBe(label);
      expect(r.weak).toEqual([]);
      expect(r.agree).toBeUndefined();
    });
  }
  it("refuses the transition itself: the gap closes at a point that no grid contains", () => {
    const model = kaneMele({
      hopping: 1,
      spinOrbit: 0.06,
      rashba: 0,
      staggered: 3 * Math.sqrt(3) * 0.06,
    });
    expect(() => z2Indices({ model, occupied: 2 })).toThrow(
      /expected a gap above band 2.*got a gap of/,
    );
  });
  it("the BHZ sheet of Z2Pack's example (A = 0.5, B = 1, M = 1) is odd", () => {
    const p = { ...stackOf(1, 0, 0), inPlane: 0.5 };
    expect(z2Indices({ model: bhzStack(p), occupied: 2, inversion: bhzInversion }).label).toBe(
      "(0;001)",
    );
  });
});

const oracle = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), "utf8"));

describe("golden/stacks.json", () => {
  interface Model {
    name: string;
    params: { A: number; B: number; M: number; Bz: number; lz: number; tz: number };
    parityOccupied: Record<string, number>;
    z2_planes_Wilson: Record<string, number>;
    bulk: { k: number[]; E: number[] }[];
    slabSpectra: { open: "x" | "y" | "z"; N: number; k: number[]; E: number[] }[];
  }
  const file = oracle("stacks") as {
    models: Model[];
    surfaceDOS: { open: "x" | "y" | "z"; k: number[]; E: number; eta: number; A: number }[];
    wcc: { s: number; w: number[] }[];
  };
  for (const m of file.models) {
    const model = bhzStack({
      inPlane: m.params.A,
      curvature: m.params.B,
      mass: m.params.M,
      stackCurvature: m.params.Bz,
      stackSpinOrbit: m.params.lz,
      stackHopping: m.params.tz,
    });
    it(`${m.name}: bulk and slab energies, parities, planes`, () => {
      for (const { k, E } of m.bulk)
        eigenHermitian(model.hamiltonian(k)).values.forEach((v, i) =>
          expect(Math.abs(v - E[i]!)).toBeLessThan(energyTolerance),
        );
      for (const { open, N, k, E } of m.slabSpectra) {
        slab({ model, axis: "xyz".indexOf(open), cells: N })
          .bands(k)
          .forEach((v, i) => expect(Math.abs(v - E[i]!)).toBeLessThan(energyTolerance));
      }
      const r = z2Indices({ model, occupied: 2, inversion: bhzInversion });
      r.parities!.forEach(({ momentum, parity }) =>
        expect(parity).toBe(m.parityOccupied[momentum.join("")]),
      );
      for (const [plane, z2] of Object.entries(r.planes)) {
        const name = plane.replace("k1", "kx").replace("k2", "ky").replace("k3", "kz");
        expect(z2).toBe(m.z2_planes_Wilson[name]);
      }
    });
  }
  it("surface densities of states at 18 points", () => {
    const model = bhzStack(stackOf(1, 0.1, 0.3));
    expect(file.surfaceDOS.length).toBe(18);
    for (const { open, k, E, eta, A } of file.surfaceDOS) {
      const { surface } = surfaceDensity({ model, axis: "xyz".indexOf(open), k, energy: E, eta });
      // The decimation's own cut-off (1e-14 there, 1e-15 here) over eta.
      expect(Math.abs(surface - A)).toBeLessThan(1e-9 * Math.max(1, A));
    }
  });
  it("Wannier centres", () => {
    for (const { s, w } of file.wcc) {
      const found = wannierCentres({
        model: bhzStack(stackOf(1, 0.1, 0.3)),
        occupied: 2,
        axis: 0,
        k: [0, s, 0],
        points: 200,
      });
      // At s = 0 and pi the pair is degenerate: a square root of rounding, 1e-8.
      w.forEach((c, i) =>
        expect(Math.abs(c - found[i]! - Math.round(c - found[i]!))).toBeLessThan(1e-7),
      );
    }
  });
});

describe("golden/kane-mele.json", () => {
  const { rows } = oracle("kane-mele") as {
    rows: {
      params: { e: number; t: number; so: number; R: number };
      bands_at: { k: number[]; E: number[] }[];
    }[];
  };
  for (const { params, bands_at } of rows) {
    it(`bands at e = ${params.e}, so = ${params.so}, R = ${params.R}`, () => {
      const model = kaneMele({
        hopping: params.t,
        spinOrbit: params.so,
        rashba: params.R,
        staggered: params.e,
      });
      for (const { k, E } of bands_at)
        eigenHermitian(model.hamiltonian(k.map((v) => 2 * Math.PI * v))).values.forEach((v, i) =>
          expect(Math.abs(v - E[i]!)).toBeLessThan(energyTolerance),
        );
    });
  }
});
