/**
 * A stack of quantum spin Hall layers: its sides conduct, its top and bottom do not.
 *
 * Every layer carries current along its edge. Stacked, the edges join to conducting side surfaces, while the top and the
 * bottom keep the gap of the bulk: a weak topological insulator. The example computes the Z2 indices by two methods,
 * cuts slabs in two directions, follows their gaps with thickness, and draws to examples/out/weak-topological-insulator.svg:
 *
 *   a, b  energies of a slab that ends at its sides, and of one that ends at top and bottom; red: in the outermost cells
 *   c, d  density of states at the surface of a half-infinite crystal, by decimation
 *   e     the smallest gap over the thickness of the slab
 *
 *   npm run example -- systems/weak-topological-insulator                      the stack, from code
 *   npm run example -- systems/weak-topological-insulator x_hr.dat 2 [0 2]     a Wannier90 model of three axes, its
 *                                                                              number of occupied bands, two axes to cut
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  bhzInversion,
  bhzStack,
  readWannier90,
  slab,
  spinTimeReversal,
  surfaceDensity,
  z2Indices,
} from "couplet-systems/topology";
import { eigenHermitian, toComplexDense } from "couplet-systems/linear-algebra";
import type { TightBindingModel } from "couplet-systems/topology";
import { weakInsulatorFigure } from "./weak-topological-insulator/figure.ts";
import { pathOf } from "./weak-topological-insulator/path.ts";

const quick = process.argv.includes("--quick");
const [file, bands, ...cuts] = process.argv.slice(2).filter((option) => !option.startsWith("--"));

// 1. The crystal and its indices.
const fromCode = file === undefined;
const model: TightBindingModel = fromCode
  ? bhzStack({ inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.1, stackSpinOrbit: 0.3 })
  : readWannier90(readFileSync(file, "utf8"), { file, axes: 3 });
const occupied = bands === undefined ? model.size / 2 : Number(bands);
const indices = z2Indices({
  model,
  occupied,
  ...(fromCode ? { inversion: bhzInversion, timeReversal: spinTimeReversal(4) } : {}),
});
console.log(
  `Z2 indices ${indices.label}${indices.agree === undefined ? " by Wilson loops" : `, parities and Wilson loops ${indices.agree ? "agree" : "DISAGREE"}`}; smallest direct gap ${indices.gap.gap.toFixed(3)}`,
);
const axes = cuts.length === 2 ? cuts.map(Number) : [0, 2];

// 2. Slabs: energies and where their states live, along a path through the surface's wave vectors.
const cells = quick ? 10 : 24;
const steps = quick ? 5 : 40;

// The middle of the gap is the zero of energy: half filling of the stack is at 0 already.
const fermi = fromCode ? 0 : middleOfGap();

function middleOfGap(): number {
  const { k } = indices.gap;
  const { values } = eigenHermitian(model.hamiltonian([...k]));
  return (values[occupied - 1]! + values[occupied]!) / 2;
}

/** Energies along the path, each with the weight of its state in the two outermost cells on either side. */
function slabBands(axis: number): { at: number; E: number; weight: number }[] {
  const s = slab({ model, axis, cells });
  const edge = 2 * model.size;
  return pathOf(axis, fromCode, steps).flatMap(({ at, k }) => {
    const { values, vectors } = eigenHermitian(toComplexDense(s.hamiltonian(k)));
    return Array.from(values, (E, band) => {
      const v = vectors[band]!;
      let weight = 0;
      for (let i = 0; i < s.size; i++)
        if (i < edge || i >= s.size - edge) weight += v[i]! ** 2 + v[s.size + i]! ** 2;
      return { at, E: E - fermi, weight };
    });
  });
}

// 3. Surface density of states over the same path and energies around the gap.
const range = 1.6;
const levels = quick ? 9 : 81;
function density(axis: number): { at: number; E: number; states: number }[] {
  return pathOf(axis, fromCode, steps).flatMap(({ at, k }) =>
    Array.from({ length: levels }, (_, i) => {
      const E = range * ((2 * i) / (levels - 1) - 1);
      const { surface } = surfaceDensity({ model, axis, k, energy: fermi + E, eta: 0.02 });
      return { at, E, states: surface };
    }),
  );
}

// 4. Gaps over the thickness: the smallest over a grid of surface wave vectors.
const thicknesses = quick ? [2, 4, 8] : [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24];
const grid = quick ? 4 : 12;
function smallestGap(axis: number, thickness: number): number {
  const s = slab({ model, axis, cells: thickness });
  let smallest = Infinity;
  // Time reversal: E(-k) = E(k), so half the grid is enough.
  for (let i = 0; i <= grid / 2; i++)
    for (let j = 0; j < grid; j++)
      smallest = Math.min(
        smallest,
        s.gap([(2 * Math.PI * i) / grid, (2 * Math.PI * j) / grid], occupied * thickness),
      );
  return smallest;
}
const names = axes.map((axis) =>
  fromCode ? (axis === 2 ? "top and bottom" : "sides") : `open along axis ${axis + 1}`,
);
const gaps = axes.flatMap((axis, i) =>
  thicknesses.map((thickness) => ({
    thickness,
    gap: smallestGap(axis, thickness),
    surface: names[i]!,
  })),
);
for (const name of names) {
  const own = gaps.filter((g) => g.surface === name);
  console.log(
    `${name}: gap ${own.map((g) => `${g.thickness} cells ${g.gap.toPrecision(3)}`).join(", ")}`,
  );
}
for (const [i, axis] of axes.entries()) {
  const { surface, bulk } = surfaceDensity({ model, axis, k: [0, 0], energy: fermi, eta: 0.01 });
  console.log(
    `${names[i]}: density of states in the gap ${surface.toPrecision(4)} at the surface, ${bulk.toPrecision(2)} inside`,
  );
}

// 5. The picture.
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/weak-topological-insulator.svg",
  await weakInsulatorFigure({
    fromCode,
    axes,
    names,
    steps,
    range,
    levels,
    slabBands,
    density,
    thicknesses,
    gaps,
  }),
);
console.log("wrote examples/out/weak-topological-insulator.svg");
