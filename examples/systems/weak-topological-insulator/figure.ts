/** The picture of the example: energies of two slabs, states at two surfaces, gaps over the thickness. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { cornersOf } from "./path.ts";

const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  grey = "#8a8f9c",
  red = "#b3202e",
  blue = "#2f6db5";
const letters = ["x", "y", "z"];

/** What the picture shows. */
export interface Findings {
  readonly fromCode: boolean;
  /** The two axes along which slabs end, and their names. */
  readonly axes: readonly number[];
  readonly names: readonly string[];
  readonly steps: number;
  readonly range: number;
  readonly levels: number;
  /** Energies along the path, with the weight of each state in the outermost cells. */
  readonly slabBands: (axis: number) => { at: number; E: number; weight: number }[];
  readonly density: (axis: number) => { at: number; E: number; states: number }[];
  readonly thicknesses: readonly number[];
  readonly gaps: readonly {
    readonly thickness: number;
    readonly gap: number;
    readonly surface: string;
  }[];
}

/** The picture as the text of an SVG file. */
export function weakInsulatorFigure(findings: Findings): string {
  const { fromCode, axes, names, steps, range, levels } = findings;
  const { slabBands, density, thicknesses, gaps } = findings;
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
    const corners = cornersOf(axis, fromCode);
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
      color: {
        type: "linear",
        domain: [0, 0.4, 1],
        range: ["#c9ccd4", "#d98a94", red],
        clamp: true,
      },
      marks: [
        title(text),
        Plot.ruleX(
          cornersOf(axis, fromCode).map((_, at) => at),
          { stroke: "#e4e6eb" },
        ),
        Plot.ruleY([0], { stroke: grey, strokeDasharray: "3 4" }),
        // States of the surfaces on top of those of the bulk.
        Plot.dot(
          [...slabBands(axis)].sort((p, q) => p.weight - q.weight),
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
    [
      bandPanel(second, `b  A slab that ends ${fromCode ? "at top and bottom" : names[1]!}`),
      480,
      0,
    ],
    [densityPanel(first, `c  States at the surface: ${fromCode ? "a side" : names[0]!}`), 0, 345],
    [
      densityPanel(second, `d  States at the surface: ${fromCode ? "the top" : names[1]!}`),
      480,
      345,
    ],
    [gapPanel, 960, 0],
  ] as const;
  const nested = panels.map(([drawing, x, y]) =>
    (drawing as unknown as { outerHTML: string }).outerHTML.replace(
      "<svg ",
      `<svg x="${x}" y="${y}" `,
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1290" height="690" viewBox="0 0 1290 690" role="img" aria-label="Energies and surface states of a stack of quantum spin Hall layers: the sides conduct, top and bottom do not"><rect width="1290" height="690" fill="white"/>${nested.join("")}</svg>`;
}
