/** The picture of the example: Tc over the coupling, two magnetisations, the ghost, and where it vanishes. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, paper } = colours;
const [blue, orange, green, , purple] = series;

/** A temperature at a coupling. */
interface AtCoupling {
  readonly c: number;
  readonly T: number;
}

/** What the picture shows. Temperatures in the unit of J, or of a. */
export interface Findings {
  /** Tc of equal films over their coupling: mean field, Monte Carlo, the law of weak coupling; Tc of one film. */
  readonly meanField: readonly AtCoupling[];
  readonly measured: readonly (AtCoupling & { readonly error: number })[];
  readonly weak: readonly AtCoupling[];
  readonly onsager: number;
  /** Magnetisation of unlike films over T / Tc: mean field and Monte Carlo, and Tc of both. */
  readonly curves: readonly { readonly T: number; readonly m: number; readonly film: string }[];
  readonly simulated: readonly {
    readonly T: number;
    readonly m: number;
    readonly error: number;
    readonly film: string;
  }[];
  readonly critical: number;
  readonly trueCritical: number;
  /** -dm/dT of the weaker film at four couplings, and the coupling c* at which its ghost vanishes. */
  readonly ghosts: readonly { readonly T: number; readonly slope: number; readonly c: string }[];
  readonly star: number;
  /** c* / (a - b) over the ratio of the films. */
  readonly boundary: readonly { readonly ratio: number; readonly c: number }[];
}

/** The picture as the text of an SVG file. */
export function bilayerFigure(findings: Findings): string {
  const { meanField, measured, weak, onsager, curves, simulated, critical, trueCritical } =
    findings;
  const { ghosts, star, boundary } = findings;
  const frame = {
    document: document as unknown as Document,
    width: 520,
    height: 360,
    marginLeft: 56,
    marginBottom: 46,
    marginTop: 44,
    marginRight: 24,
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
      stroke: paper,
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
          fill: paper,
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
        Plot.line(curves, {
          x: "T",
          y: "m",
          stroke: "film",
          strokeWidth: 1.6,
          strokeOpacity: 0.65,
        }),
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
      x: {
        label: "T / a",
        domain: [0, 1.2],
        grid: true,
        labelAnchor: "center",
        labelArrow: "none",
      },
      y: {
        label: "−dm₂/dT · a",
        domain: [0, 5],
        grid: true,
        labelAnchor: "center",
        labelArrow: "none",
      },
      color: {
        domain: ["0.02", "0.08", `${star.toFixed(3)} = c*`, "0.45"],
        range: [orange, purple, ink, blue],
      },
      marks: [
        title("c  The ghost of film 2's own transition (b = a / 2)"),
        Plot.line(ghosts, { x: "T", y: "slope", stroke: "c", strokeWidth: 2, clip: true }),
        label(0.55, 3.8, "c = 0.02 a", orange),
        label(0.655, 1.95, "0.08 a", purple),
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

  return svgFile({
    width: 1060,
    height: 740,
    alt: "Curie temperature, magnetisation and hidden transitions of a coupled magnetic bilayer",
    panels: panels.map((panel, i) => ({
      drawing: panel as unknown as { outerHTML: string },
      x: (i % 2) * 530,
      y: Math.floor(i / 2) * 370,
    })),
  });
}
