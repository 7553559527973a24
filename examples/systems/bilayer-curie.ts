/**
 * Two magnetic films on each other: when do they have one Curie temperature?
 *
 * Draws four panels to examples/out/bilayer-curie.svg:
 *   a  Tc of a square Ising bilayer over its coupling: mean field against Monte Carlo with error bars
 *   b  the magnetisation of each film over T, for unlike films and a weak coupling
 *   c  -dm2/dT of the weaker film: the ghost of its own transition, and c* where it vanishes
 *   d  c* over the ratio of the films: one visible feature or two
 *
 * Takes about a minute on two cores; `--quick` takes fewer points and larger error bars.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import {
  featureBoundary,
  ising,
  magneticStack,
  meanFieldCurve,
  meanFieldState,
  meanFieldTransition,
  molecularField,
  orderingTemperature,
  simulateStack,
  stackField,
  twoFilmTemperature,
} from "couplet-systems/magnets";
import type { MagneticStack } from "couplet-systems/magnets";

const quick = process.argv.includes("--quick");
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  blue = "#2f6db5",
  orange = "#d9731a",
  grey = "#8a8f9c",
  green = "#2c8a5b";

const bilayer = (lower: number, upper: number, coupling: number): MagneticStack =>
  magneticStack({
    layers: [
      { name: "film 1", spin: ising(), lattice: "square", exchange: lower },
      { name: "film 2", spin: ising(), lattice: "square", exchange: upper },
    ],
    couplings: [{ between: ["film 1", "film 2"], exchange: coupling }],
  });

// a. Tc over the coupling of equal films.
const onsager = 2 / Math.log(1 + Math.SQRT2);
const meanField = Array.from({ length: 61 }, (_, i) => ({
  c: i / 50,
  T: twoFilmTemperature(4, 4, i / 50),
}));
const measured: { c: number; T: number; error: number }[] = [];
for (const c of quick ? [0.25, 1] : [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.2]) {
  const { value, error } = await orderingTemperature(bilayer(1, 1, c), {
    method: "monteCarlo",
    sizes: [8, 16, 32],
    tolerance: quick ? 0.02 : 3e-3,
    measurements: 1000,
  });
  measured.push({ c, T: value, error });
  console.log(
    `J'/J = ${c}: Tc / J = ${value.toFixed(4)} +- ${error.toFixed(4)}   (mean field ${twoFilmTemperature(4, 4, c).toFixed(4)})`,
  );
}
// Tc = Tc(0) + A J'^(4/7), A from the smallest coupling: the law of weakly coupled equal films.
const amplitude = (measured[0]!.T - onsager) / measured[0]!.c ** (4 / 7);
const weak = Array.from({ length: 61 }, (_, i) => ({
  c: i / 50,
  T: onsager + amplitude * (i / 50) ** (4 / 7),
}));

// b. Magnetisation of unlike films: J = 1 and 0.5, coupling 0.1.
const unlike = bilayer(1, 0.5, 0.1);
const critical = meanFieldTransition(stackField(unlike)).temperature;
const temperatures = Array.from({ length: 160 }, (_, i) => critical * (0.05 + (0.9499 * i) / 159));
const curves = meanFieldCurve(stackField(unlike), temperatures).flatMap(
  ({ temperature, magnetisation }) =>
    [0, 1].map((film) => ({
      T: temperature / critical,
      m: magnetisation[film]!,
      film: `film ${film + 1}`,
    })),
);
const { value: trueCritical } = await orderingTemperature(unlike, {
  method: "monteCarlo",
  sizes: [8, 16, 32],
  tolerance: quick ? 0.02 : 5e-3,
  measurements: 1000,
});
const simulated: { T: number; m: number; error: number; film: string }[] = [];
for (let x = 0.15; x < 1.21; x += quick ? 0.2 : 0.05) {
  const { films } = await simulateStack(unlike, {
    temperature: x * trueCritical,
    size: quick ? 16 : 48,
    measurements: quick ? 300 : 1000,
  });
  films.forEach(({ value, error }, film) =>
    simulated.push({ T: x, m: value, error, film: `film ${film + 1}` }),
  );
}

// c, d. The ghost of film 2's own transition.
const two = (a: number, b: number, c: number): ReturnType<typeof molecularField> =>
  molecularField({
    matrix: [
      [a, c],
      [c, b],
    ],
  });
const star = featureBoundary({ field: (c) => two(1, 0.5, c), group: 1, bracket: [0.02, 0.9] });
const ghosts = [0.02, 0.08, star, 0.45].flatMap((c) => {
  const field = two(1, 0.5, c);
  const { temperature } = meanFieldTransition(field);
  return Array.from({ length: 300 }, (_, i) => {
    const T = temperature * (0.05 + (0.948 * i) / 299);
    return {
      T,
      slope: -meanFieldState(field, T).slope[1]!,
      c: c === star ? `${c.toFixed(3)} = c*` : String(c),
    };
  });
});
const boundary = Array.from(
  { length: quick ? 6 : 17 },
  (_, i) => 0.12 + (0.8 * i) / (quick ? 5 : 16),
).map((ratio) => ({
  ratio,
  c:
    featureBoundary({ field: (c) => two(1, ratio, c), group: 1, bracket: [0.004, 1] }) /
    (1 - ratio),
}));
console.log(`c* for b/a = 0.5: ${star.toFixed(4)} a`);

const frame = {
  document: document as unknown as Document,
  width: 520,
  height: 360,
  marginLeft: 56,
  marginBottom: 46,
  marginTop: 44,
  marginRight: 24,
  style: {
    background: "white",
    color: ink,
    fontSize: "13px",
    fontFamily: "Helvetica, Arial, sans-serif",
  },
};
const title = (text: string): Plot.Markish =>
  Plot.text([text], {
    frameAnchor: "top-left",
    dx: -44,
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
  anchor: "start" | "end" | "middle" = "start",
): Plot.Markish =>
  Plot.text([{ x, y }], {
    x: "x",
    y: "y",
    text: () => text,
    fill,
    textAnchor: anchor,
    fontSize: 13,
    stroke: "white",
    strokeWidth: 4,
    paintOrder: "stroke",
  });

const panels = [
  Plot.plot({
    ...frame,
    x: {
      label: "coupling J′ / J",
      domain: [0, 1.25],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      label: "k T / J",
      domain: [2, 5.4],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    marks: [
      title("a  One Tc for any coupling: equal films"),
      Plot.line(meanField, { x: "c", y: "T", stroke: grey, strokeWidth: 2 }),
      Plot.line(weak, { x: "c", y: "T", stroke: blue, strokeDasharray: "5 4" }),
      Plot.ruleX(measured, {
        x: "c",
        y1: (d) => d.T - d.error,
        y2: (d) => d.T + d.error,
        stroke: blue,
        strokeWidth: 2,
      }),
      Plot.dot(measured, { x: "c", y: "T", fill: blue, r: 4 }),
      Plot.dot([{ c: 0, T: onsager }], {
        x: "c",
        y: "T",
        stroke: ink,
        fill: "white",
        strokeWidth: 2,
        r: 4,
        clip: false,
      }),
      label(0.62, 4.86, "mean field: 4 + J′/J", grey, "end"),
      label(0.62, 2.78, "Monte Carlo", blue),
      label(0.04, 2.14, "2.2692 (exact)", ink),
      label(1.22, 3.62, "∝ J′^(4/7)", blue, "end"),
    ],
  }),
  Plot.plot({
    ...frame,
    x: {
      label: "T / Tc of the bilayer",
      domain: [0, 1.2],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      label: "magnetisation per site",
      domain: [0, 1.04],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    color: { domain: ["film 1", "film 2"], range: [blue, orange] },
    marks: [
      title("b  Unlike films: J = 1 and 0.5, J′ = 0.1"),
      Plot.line(curves, { x: "T", y: "m", stroke: "film", strokeWidth: 1.6, strokeOpacity: 0.65 }),
      Plot.ruleX(simulated, {
        x: "T",
        y1: (d) => d.m - d.error,
        y2: (d) => d.m + d.error,
        stroke: "film",
      }),
      Plot.dot(simulated, { x: "T", y: "m", fill: "film", r: 3 }),
      label(0.93, 0.86, "film 1", blue),
      label(0.3, 0.5, "film 2", orange, "end"),
      label(0.02, 0.1, `lines: mean field, Tc = ${critical.toFixed(2)}`, grey),
      label(0.02, 0.04, `dots: Monte Carlo, Tc = ${trueCritical.toFixed(2)}`, grey),
    ],
  }),
  Plot.plot({
    ...frame,
    x: { label: "T / a", domain: [0, 1.2], grid: true, labelAnchor: "center", labelArrow: "none" },
    y: {
      label: "−dm₂/dT · a",
      domain: [0, 5],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    color: {
      domain: ["0.02", "0.08", `${star.toFixed(3)} = c*`, "0.45"],
      range: [orange, "#e2a15c", ink, blue],
    },
    marks: [
      title("c  The ghost of film 2's own transition (b = a / 2)"),
      Plot.line(ghosts, { x: "T", y: "slope", stroke: "c", strokeWidth: 2, clip: true }),
      label(0.55, 3.8, "c = 0.02 a", orange),
      label(0.655, 1.95, "0.08 a", "#b9772f"),
      label(1.06, 2.6, `c* = ${star.toFixed(3)} a`, ink, "end"),
      label(1.185, 2.1, "0.45 a", blue, "end"),
    ],
  }),
  Plot.plot({
    ...frame,
    x: {
      label: "ratio of the films b / a",
      domain: [0.1, 0.95],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      label: "coupling c / (a − b)",
      domain: [0, 1],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    marks: [
      title("d  Two features or one (mean field)"),
      Plot.areaY(boundary, { x: "ratio", y1: 0, y2: "c", fill: orange, fillOpacity: 0.14 }),
      Plot.areaY(boundary, { x: "ratio", y1: "c", y2: 1, fill: green, fillOpacity: 0.12 }),
      Plot.line(boundary, { x: "ratio", y: "c", stroke: ink, strokeWidth: 2 }),
      label(0.52, 0.22, "two features: film 2 keeps a ghost", orange, "middle"),
      label(0.52, 0.75, "one feature", green, "middle"),
      label(0.88, 0.5, "c*", ink),
    ],
  }),
];

const nested = panels.map((panel, i) => {
  const svg = (panel as unknown as { outerHTML: string }).outerHTML;
  return svg.replace("<svg ", `<svg x="${(i % 2) * 530}" y="${Math.floor(i / 2) * 370}" `);
});
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="1060" height="740" viewBox="0 0 1060 740" role="img" aria-label="Curie temperature, magnetisation and hidden transitions of a coupled magnetic bilayer"><rect width="1060" height="740" fill="white"/>${nested.join("")}</svg>`;
mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/bilayer-curie.svg", picture);
console.log("wrote examples/out/bilayer-curie.svg");
