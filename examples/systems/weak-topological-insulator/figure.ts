/** The picture of the example: energies of two slabs, states at two surfaces, gaps over the thickness. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { encodePng } from "couplet/images";
import { colours, series, svgFile } from "couplet/report";
import { cornersOf } from "./path.ts";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, rule } = colours;
const [blue, , , red] = series;
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
export async function weakInsulatorFigure(findings: Findings): Promise<string> {
  const { fromCode, axes, names, steps, range, levels } = findings;
  const { slabBands, density, thicknesses, gaps } = findings;
  const panel = {
    document: document as unknown as Document,
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

  function bandPanel(axis: number, text: string): Panel {
    const states = slabBands(axis).filter(({ E }) => Math.abs(E) <= range);
    return Plot.plot({
      ...panel,
      x: pathAxis(axis),
      y: energyAxis,
      marks: [
        title(text),
        Plot.ruleX(
          cornersOf(axis, fromCode).map((_, at) => at),
          { stroke: rule },
        ),
        Plot.ruleY([0], { stroke: grey, strokeDasharray: "3 4" }),
        // States of the surfaces on top of those of the bulk.
        ...classes.map(({ from, to, colour, opacity }) =>
          points(
            states.filter(({ weight }) => weight >= from && weight < to),
            `stroke="${colour}" stroke-opacity="${opacity}"`,
          ),
        ),
      ],
    }) as unknown as Panel;
  }

  async function densityPanel(axis: number, text: string): Promise<Panel> {
    const cells = density(axis);
    const places = [...new Set(cells.map(({ at }) => at))].sort((p, q) => p - q);
    // Cells are centred on their values, so that those at the ends reach half a cell too far.
    const half = { x: 0.5 / steps, y: range / (levels - 1) };
    const colour = Plot.scale({
      color: {
        type: "log",
        domain: [0.02, 0.2, 2, 20],
        range: ["#10131d", "#3a2a56", "#c0473f", "#ffe9b0"],
        clamp: true,
      },
    });
    const data = new Uint8Array(places.length * levels * 3);
    for (const { at, E, states } of cells) {
      const row = levels - 1 - Math.round(((E / range + 1) * (levels - 1)) / 2);
      const [r, g, b] = String(colour.apply(states)).match(/\d+(\.\d+)?/g)!;
      data.set([r!, g!, b!].map(Number), 3 * (row * places.length + places.indexOf(at)));
    }
    const png = await encodePng(data, [levels, places.length, 3]);
    return Plot.plot({
      ...panel,
      x: pathAxis(axis),
      y: energyAxis,
      marks: [
        title(text),
        raster(
          `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
          [places[0]! - half.x, places.at(-1)! + half.x],
          [-range - half.y, range + half.y],
        ),
      ],
    }) as unknown as Panel;
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
  const of = (side: string, end: string, axis: number): string =>
    fromCode ? (axis === 0 ? side : end) : names[axis]!;
  return svgFile({
    width: 1290,
    height: 690,
    alt: "Energies and surface states of a stack of quantum spin Hall layers: the sides conduct, top and bottom do not",
    panels: [
      {
        drawing: bandPanel(
          first,
          `a  A slab that ends ${of("at its sides", "at top and bottom", 0)}`,
        ),
      },
      {
        drawing: bandPanel(
          second,
          `b  A slab that ends ${of("at its sides", "at top and bottom", 1)}`,
        ),
        x: 480,
      },
      {
        drawing: await densityPanel(
          first,
          `c  States at the surface: ${of("a side", "the top", 0)}`,
        ),
        y: 345,
      },
      {
        drawing: await densityPanel(
          second,
          `d  States at the surface: ${of("a side", "the top", 1)}`,
        ),
        x: 480,
        y: 345,
      },
      { drawing: gapPanel as unknown as Panel, x: 960 },
    ],
  });
}

/** What a panel is for the file: markup. */
interface Panel {
  readonly outerHTML: string;
}

/** States by their weight in the outermost cells, from the bulk's to those that are at the surface alone. */
const classes = [
  { from: -Infinity, to: 0.1, colour: grey, opacity: 0.35 },
  { from: 0.1, to: 0.3, colour: grey, opacity: 0.7 },
  { from: 0.3, to: 0.5, colour: red, opacity: 0.45 },
  { from: 0.5, to: 0.75, colour: red, opacity: 0.75 },
  { from: 0.75, to: Infinity, colour: red, opacity: 1 },
] as const;

/** Round points as one path: an element for each makes files of megabytes. */
function points(states: readonly { at: number; E: number }[], style: string): Plot.Markish {
  return drawn((x, y) => {
    // In tenths of a pixel, each from the one before.
    const places = states.map(({ at, E }) => [Math.round(10 * x(at)), Math.round(10 * y(E))]);
    const moves = places.map(([left, top], i) => {
      const [before, above] = places[i - 1] ?? [0, 0];
      return `m${left! - before!} ${top! - above!}h0`.replace(" -", "-");
    });
    return `<path transform="scale(.1)" d="${moves.join("")}" fill="none" ${style} stroke-width="28" stroke-linecap="round"/>`;
  });
}

/** An image over a range of both axes, cut at the frame, every cell of it with straight edges. */
function raster(
  href: string,
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
): Plot.Markish {
  return drawn((x, y, { width, height, marginLeft, marginRight, marginTop, marginBottom }) => {
    const [inner, outer] = [width - marginLeft - marginRight, height - marginTop - marginBottom];
    const place = `x="${(x(left) - marginLeft).toFixed(2)}" y="${(y(top) - marginTop).toFixed(2)}" width="${(x(right) - x(left)).toFixed(2)}" height="${(y(bottom) - y(top)).toFixed(2)}"`;
    return `<svg x="${marginLeft}" y="${marginTop}" width="${inner}" height="${outer}"><image href="${href}" ${place} preserveAspectRatio="none" style="image-rendering:pixelated"/></svg>`;
  });
}

type Size = Record<
  "width" | "height" | "marginLeft" | "marginRight" | "marginTop" | "marginBottom",
  number
>;

/** A mark from markup of its own, by the scales of the plot. */
function drawn(
  draw: (x: (value: number) => number, y: (value: number) => number, size: Size) => string,
): Plot.Markish {
  const render = (
    _: unknown,
    { x, y }: { x: (value: number) => number; y: (value: number) => number },
    __: unknown,
    size: Size,
  ) => {
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.innerHTML = draw(x, y, size);
    return group;
  };
  return render as unknown as Plot.Markish;
}
