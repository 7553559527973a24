/**
 * Layered magnets: which order, up to which temperature, and what a spacer does.
 *
 * Draws four panels to examples/out/magnetic-order.svg:
 *   a  the ground state of a layered square lattice over its exchange in the planes (J) and between them (J'),
 *      found by a search over all wave vectors, and the mean-field ordering temperature
 *   b  the turn from plane to plane where second-nearest planes compete, against cos q = -J1 / 4 J2
 *   c  the magnetisation of every plane of a film, from the surface to the middle
 *   d  two films through a spacer: parallel or antiparallel, and their ordering temperature, over its thickness
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";
import {
  groundStateOrder,
  heisenberg,
  ising,
  magneticStack,
  meanFieldCurve,
  meanFieldTransition,
  orderingTemperature,
  rkky,
  stackField,
} from "couplet-systems/magnets";
import type { MagneticStack } from "couplet-systems/magnets";

const quick = process.argv.includes("--quick");
const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, paper } = colours;
const [blue, orange, green, , purple] = series;

// a. Order over the two exchanges of a crystal: one plane, repeated without end.
const crystal = (inPlane: number, between: number, second = 0): MagneticStack =>
  magneticStack({
    layers: [{ name: "plane", spin: heisenberg(), lattice: "square", exchange: inPlane }],
    stacking: "periodic",
    couplings: [
      { between: ["plane", "plane"], repeats: 1, exchange: between },
      ...(second === 0
        ? []
        : [{ between: ["plane", "plane"] as const, repeats: 2, exchange: second }]),
    ],
  });
const cells = quick ? 4 : 12;
const values = Array.from({ length: cells }, (_, i) => (2 * (i + 0.5)) / cells - 1);
const orders: { J: number; coupling: number; label: string; T: number }[] = [];
for (const J of values) {
  for (const coupling of values) {
    const stack = crystal(J, coupling);
    const { value: T } = await orderingTemperature(stack, { method: "meanField" });
    orders.push({ J, coupling, label: groundStateOrder(stack).label, T });
  }
}
const counts = new Map<string, number>();
for (const { label } of orders) counts.set(label, (counts.get(label) ?? 0) + 1);
console.log(
  `orders over the plane of J and J': ${[...counts].map(([label, n]) => `${label} ${n}`).join(", ")}`,
);
// Mean field on a lattice whose order fits its cell: T = C (4 |J| + 2 |J'|), C = 1/3 for unit vectors.
const strongest = Math.max(
  ...orders.map(({ J, coupling, T }) =>
    Math.abs(T - (4 * Math.abs(J) + 2 * Math.abs(coupling)) / 3),
  ),
);
console.log(
  `ordering temperatures off (4 |J| + 2 |J'|) / 3 by at most ${strongest.toExponential(0)}`,
);

// b. The helix: J1 = 1 between neighbouring planes, J2 < 0 between second neighbours.
const ratios = Array.from({ length: quick ? 7 : 31 }, (_, i) => -(i / (quick ? 6 : 30)));
const turns = ratios.map((second) => {
  const { label, turn = 0 } = groundStateOrder(crystal(1, 1, second));
  return { second, label, degrees: (Math.abs(turn) * 180) / Math.PI };
});
const law = Array.from({ length: 200 }, (_, i) => -i / 199).map((second) => ({
  second,
  degrees: second >= -0.25 ? 0 : (Math.acos(-1 / (4 * second)) * 180) / Math.PI,
}));
const worst = Math.max(
  ...turns.map(({ second, degrees }) =>
    Math.abs(degrees - (second >= -0.25 ? 0 : (Math.acos(-1 / (4 * second)) * 180) / Math.PI)),
  ),
);
console.log(`turns off arccos(-J1 / 4 J2) by at most ${worst.toExponential(0)} degrees`);

// c. A film of planes: its surface misses a neighbour and is weaker.
const planes = 7;
const film = stackField(
  magneticStack({
    layers: [
      { name: "film", spin: ising(), lattice: "square", exchange: 1, planes, planeExchange: 1 },
    ],
  }),
);
const critical = meanFieldTransition(film).temperature;
console.log(
  `film of ${planes} planes: mean-field Tc ${critical.toFixed(4)}, 4 J + 2 J cos(pi / ${planes + 1}) = ${(4 + 2 * Math.cos(Math.PI / (planes + 1))).toFixed(4)}`,
);
const curves = meanFieldCurve(
  film,
  Array.from(
    { length: quick ? 12 : 120 },
    (_, i) => critical * (0.2 + (0.7999 * i) / (quick ? 11 : 119)),
  ),
).flatMap(({ temperature, magnetisation }) =>
  Array.from({ length: Math.ceil(planes / 2) }, (_, plane) => ({
    T: temperature / critical,
    m: Math.abs(magnetisation[plane]!),
    plane,
  })),
);

// d. Through a spacer.
const coupling = rkky({ amplitude: 30, fermiWaveNumber: 0.55 });
const trilayer = (thickness: number): MagneticStack =>
  magneticStack({
    layers: [
      { name: "lower", spin: heisenberg(), lattice: "square", exchange: 20 },
      { kind: "spacer", thickness, coupling },
      { name: "upper", spin: heisenberg(), lattice: "square", exchange: 20 },
    ],
    units: "meV",
  });
const spacers = Array.from({ length: quick ? 4 : 17 }, (_, i) => i + 3).map((thickness) => {
  const stack = trilayer(thickness);
  return {
    thickness,
    parallel: groundStateOrder(stack).label === "F" ? "parallel" : "antiparallel",
    T: meanFieldTransition(stackField(stack)).temperature,
  };
});
console.log(
  `spacer: ${spacers.map((s) => `${s.thickness} planes ${s.parallel} ${s.T.toFixed(0)} K`).join("; ")}`,
);

const frame = {
  document: document as unknown as Document,
  width: 520,
  height: 360,
  marginLeft: 58,
  marginBottom: 46,
  marginTop: 44,
  marginRight: 24,
};
const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
const title = (text: string): Plot.Markish =>
  Plot.text([text], {
    frameAnchor: "top-left",
    dx: -46,
    dy: -32,
    fontSize: 15,
    fontWeight: 600,
    fill: ink,
  });
const label = (
  x: number,
  y: number,
  text: string,
  fill: string,
  anchor: "start" | "middle" | "end" = "middle",
): Plot.Markish =>
  Plot.text([{ x, y }], {
    x: "x",
    y: "y",
    text: () => text,
    fill,
    textAnchor: anchor,
    fontSize: 13,
    stroke: paper,
    strokeWidth: 4,
    paintOrder: "stroke",
  });
const half = 1 / cells;
// The inner planes, from the middle outwards, are one colour that fades; the surface has its own.
const strengths = [1, 0.65, 0.4];

const panels = [
  Plot.plot({
    ...frame,
    x: { ...axis, label: "exchange in the planes J", domain: [-1, 1], grid: false },
    y: { ...axis, label: "exchange between planes J′", domain: [-1, 1], grid: false },
    color: { domain: ["F", "A", "C", "G"], range: [blue, orange, green, purple] },
    opacity: { domain: [0, 2], range: [0.05, 0.6] },
    marks: [
      title("a  Four orders of a layered square lattice"),
      Plot.rect(orders, {
        x1: (d: { J: number }) => d.J - half,
        x2: (d: { J: number }) => d.J + half,
        y1: (d: { coupling: number }) => d.coupling - half,
        y2: (d: { coupling: number }) => d.coupling + half,
        fill: "label",
        fillOpacity: "T",
        inset: 0.5,
      }),
      Plot.ruleX([0], { stroke: ink }),
      Plot.ruleY([0], { stroke: ink }),
      label(0.5, 0.5, "F: all parallel", ink),
      label(0.5, -0.5, "A: planes alternate", ink),
      label(-0.5, 0.5, "C: checkerboards, all alike", ink),
      label(-0.5, -0.5, "G: every neighbour opposite", ink),
    ],
  }),
  Plot.plot({
    ...frame,
    x: { ...axis, label: "J₂ / J₁", domain: [-1, 0] },
    y: { ...axis, label: "turn from plane to plane, degrees", domain: [0, 90] },
    marks: [
      title("b  Competing planes turn"),
      Plot.line(law, { x: "second", y: "degrees", stroke: grey, strokeWidth: 2 }),
      Plot.dot(turns, {
        x: "second",
        y: "degrees",
        fill: (d: { label: string }) => (d.label === "F" ? blue : orange),
        r: 4,
      }),
      label(-0.12, 8, "F", blue),
      label(-0.62, 56, "helix", orange),
      label(-0.98, 82, "cos q = −J₁ / 4 J₂", grey, "start"),
    ],
  }),
  Plot.plot({
    ...frame,
    x: { ...axis, label: "T / Tc of the film", domain: [0.2, 1] },
    y: { ...axis, label: "magnetisation", domain: [0, 1.02] },
    marks: [
      title(`c  A film of ${planes} planes: one Tc, weaker surfaces`),
      Plot.line(curves, {
        x: "T",
        y: "m",
        stroke: (d: { plane: number }) => (d.plane === 0 ? orange : blue),
        strokeOpacity: (d: { plane: number }) =>
          strengths[Math.max(0, Math.ceil(planes / 2) - 1 - d.plane)] ?? 1,
        z: "plane",
        strokeWidth: 2,
      }),
      label(0.72, 0.5, "surface", orange, "end"),
      label(0.9, 0.75, "middle", blue, "start"),
    ],
  }),
  Plot.plot({
    ...frame,
    x: { ...axis, label: "thickness of the spacer, planes", domain: [2.5, 19.5] },
    y: { ...axis, label: "mean-field Tc, K" },
    marks: [
      title("d  Two films through a spacer"),
      Plot.line(spacers, { x: "thickness", y: "T", stroke: grey }),
      Plot.dot(spacers, {
        x: "thickness",
        y: "T",
        fill: (d: { parallel: string }) => (d.parallel === "parallel" ? blue : orange),
        r: 5,
      }),
      Plot.text(["blue: parallel, orange: antiparallel"], {
        frameAnchor: "top-right",
        dy: 8,
        dx: -8,
        fill: grey,
      }),
    ],
  }),
];
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/magnetic-order.svg",
  svgFile({
    width: 1060,
    height: 740,
    alt: "Order, helices, film magnetisation and spacer coupling of layered magnets",
    panels: panels.map((panel, i) => ({
      drawing: panel as unknown as { outerHTML: string },
      x: (i % 2) * 530,
      y: Math.floor(i / 2) * 370,
    })),
  }),
);
console.log("wrote examples/out/magnetic-order.svg");
