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
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
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

const quick = process.argv.includes("--quick");
const [file, bands, ...cuts] = process.argv.slice(2).filter((option) => !option.startsWith("--"));
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  grey = "#8a8f9c",
  red = "#b3202e",
  blue = "#2f6db5";

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
const letters = ["x", "y", "z"];

// 2. Slabs: energies and where their states live, along a path through the surface's wave vectors.
const cells = quick ? 10 : 24;
const steps = quick ? 5 : 40;

interface PathPoint {
  readonly at: number;
  readonly k: readonly [number, number];
}

/** Corners in units of pi. The stack's states near zero energy are all at small kx and ky: its paths stay there. */
function cornersOf(axis: number): readonly (readonly [number, number])[] {
  if (!fromCode)
    return [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
      [0, 0],
    ];
  if (axis === 2)
    return [
      [0.5, 0],
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
    ];
  return [
    [0.5, 0],
    [0, 0],
    [0, 1],
    [0.5, 1],
  ];
}

function pathOf(axis: number): PathPoint[] {
  const corners = cornersOf(axis);
  return corners.flatMap(([a, b], leg) => {
    const [c, d] = corners[leg + 1] ?? [a, b];
    const count = leg + 1 < corners.length ? steps : 1;
    return Array.from({ length: count }, (_, i): PathPoint => ({
      at: leg + i / steps,
      k: [Math.PI * (a + ((c - a) * i) / steps), Math.PI * (b + ((d - b) * i) / steps)],
    }));
  });
}

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
  return pathOf(axis).flatMap(({ at, k }) => {
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
  return pathOf(axis).flatMap(({ at, k }) =>
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
const frame = {
  document: document as unknown as Document,
  style: {
    background: "white",
    color: ink,
    fontSize: "13px",
    fontFamily: "Helvetica, Arial, sans-serif",
  },
};
const panel = {
  ...frame,
  width: 470,
  height: 340,
  marginTop: 42,
  marginLeft: 52,
  marginRight: 30,
  marginBottom: 46,
};
const title = (text: string): Plot.Markish =>
  Plot.text([text], {
    frameAnchor: "top-left",
    dx: -40,
    dy: -30,
    fontSize: 15,
    fontWeight: 600,
    fill: ink,
  });
const pathAxis = (axis: number): Plot.ScaleOptions => {
  const [p, q] = [0, 1, 2].filter((a) => a !== axis).map((a) => letters[a]!) as [string, string];
  const corners = cornersOf(axis);
  const part = (letter: string, value: number): string[] =>
    value === 0 ? [] : [`k${letter} = π${value === 0.5 ? "/2" : ""}`];
  return {
    domain: [0, corners.length - 1],
    ticks: corners.map((_, at) => at),
    tickFormat: (at: number) => {
      const [a, b] = corners[at]!;
      return [...part(p, a), ...part(q, b)].join("\n") || "k = 0";
    },
    label: null,
  };
};
const energyAxis = {
  domain: [-range, range],
  label: "energy",
  labelAnchor: "center",
  labelArrow: "none",
} as const;

function bandPanel(axis: number, text: string): Plot.Markish {
  return Plot.plot({
    ...panel,
    x: pathAxis(axis),
    y: energyAxis,
    color: { type: "linear", domain: [0, 0.4, 1], range: ["#c9ccd4", "#d98a94", red], clamp: true },
    marks: [
      title(text),
      Plot.ruleX(
        cornersOf(axis).map((_, at) => at),
        { stroke: "#e4e6eb" },
      ),
      Plot.ruleY([0], { stroke: grey, strokeDasharray: "3 4" }),
      // States of the surfaces on top of those of the bulk.
      Plot.dot(
        slabBands(axis).sort((p, q) => p.weight - q.weight),
        {
          x: "at",
          y: "E",
          r: 1.4,
          fill: "weight",
          clip: true,
        },
      ),
    ],
  }) as unknown as Plot.Markish;
}

function densityPanel(axis: number, text: string): Plot.Markish {
  const half = { x: 0.5 / steps, y: range / (levels - 1) };
  return Plot.plot({
    ...panel,
    x: pathAxis(axis),
    y: energyAxis,
    color: {
      type: "log",
      domain: [0.02, 0.2, 2, 20],
      range: ["#10131d", "#3a2a56", "#c0473f", "#ffe9b0"],
      clamp: true,
    },
    marks: [
      title(text),
      Plot.rect(density(axis), {
        x1: (d: { at: number }) => d.at - half.x,
        x2: (d: { at: number }) => d.at + half.x,
        y1: (d: { E: number }) => d.E - half.y,
        y2: (d: { E: number }) => d.E + half.y,
        fill: "states",
        inset: -0.3,
        clip: true,
      }),
    ],
  }) as unknown as Plot.Markish;
}

const last = thicknesses.at(-1)!;
const gapPanel = Plot.plot({
  ...panel,
  width: 330,
  height: 684,
  marginLeft: 66,
  marginRight: 20,
  x: {
    label: "thickness, cells",
    domain: [0, last + 1],
    labelAnchor: "center",
    labelArrow: "none",
  },
  y: {
    type: "log",
    domain: [1e-7, 4],
    label: "smallest gap",
    labelAnchor: "center",
    labelArrow: "none",
    grid: true,
    tickFormat: (v: number) => v.toExponential(0).replace("e+0", "").replace("e-", "e−"),
    ticks: 6,
  },
  color: { domain: names, range: [red, blue] },
  marks: [
    title("e  Thicker slabs"),
    Plot.line(gaps, { x: "thickness", y: "gap", stroke: "surface", strokeWidth: 2, clip: true }),
    Plot.dot(gaps, { x: "thickness", y: "gap", fill: "surface", r: 3, clip: true }),
    Plot.text(
      gaps.filter((g) => g.thickness === thicknesses[Math.floor(thicknesses.length / 2)]),
      {
        x: "thickness",
        y: "gap",
        text: "surface",
        fill: "surface",
        fontWeight: 600,
        textAnchor: "start",
        dx: 10,
        dy: -10,
      },
    ),
  ],
});

const [first, second] = axes as [number, number];
const panels = [
  [bandPanel(first, `a  A slab that ends ${fromCode ? "at its sides" : names[0]!}`), 0, 0],
  [bandPanel(second, `b  A slab that ends ${fromCode ? "at top and bottom" : names[1]!}`), 480, 0],
  [densityPanel(first, `c  States at the surface: ${fromCode ? "a side" : names[0]!}`), 0, 345],
  [densityPanel(second, `d  States at the surface: ${fromCode ? "the top" : names[1]!}`), 480, 345],
  [gapPanel, 960, 0],
] as const;
const nested = panels.map(([drawing, x, y]) =>
  (drawing as unknown as { outerHTML: string }).outerHTML.replace(
    "<svg ",
    `<svg x="${x}" y="${y}" `,
  ),
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/weak-topological-insulator.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" width="1290" height="690" viewBox="0 0 1290 690" role="img" aria-label="Energies and surface states of a stack of quantum spin Hall layers: the sides conduct, top and bottom do not"><rect width="1290" height="690" fill="white"/>${nested.join("")}</svg>`,
);
console.log("wrote examples/out/weak-topological-insulator.svg");
