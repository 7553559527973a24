/** The picture of the example: the gene over time, the error over eps, the slow manifold, the slow rate. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, paper } = colours;
const [blue, orange, green, red, purple] = series;

/** What the picture shows. */
export interface Findings {
  readonly until: number;
  readonly times: readonly number[];
  /** The values of eps of panel a, the gene of the whole models, and that of the slow model. */
  readonly shown: readonly number[];
  readonly wholes: readonly { readonly t: number; readonly g: number; readonly eps: string }[];
  readonly slowG: ArrayLike<number>;
  readonly errors: readonly { readonly eps: number; readonly error: number }[];
  /** The eps above which the reduction is refused. */
  readonly refusedAbove: number;
  readonly manifold: readonly { readonly g: number; readonly Xp: number }[];
  readonly falls: readonly { readonly k: number; readonly g: number; readonly Xp: number }[];
  readonly restingAt: { readonly g: number; readonly Xp: number };
  readonly rates: readonly { readonly eps: number; readonly rate: number; readonly kind: string }[];
}

/** The picture as the text of an SVG file. */
export function phosphorylationFigure(findings: Findings): string {
  const { until, times, shown, wholes, slowG, errors, refusedAbove } = findings;
  const { manifold, falls, restingAt, rates } = findings;
  const frame = {
    document: document as unknown as Document,
    width: 520,
    height: 360,
    marginLeft: 60,
    marginBottom: 46,
    marginTop: 44,
    marginRight: 24,
  };
  const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
  const title = (text: string): Plot.Markish =>
    Plot.text([text], {
      frameAnchor: "top-left",
      dx: -48,
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
      stroke: paper,
      strokeWidth: 4,
      paintOrder: "stroke",
    });
  const slowest = Math.max(...rates.map((r) => r.eps));
  const last = (kind: string): number => rates.findLast((r) => r.kind === kind)!.rate;

  const panels = [
    Plot.plot({
      ...frame,
      x: { ...axis, label: "time", domain: [0, until] },
      y: { ...axis, label: "kinase g" },
      color: { domain: shown.map((eps) => `eps = ${eps}`), range: [orange, purple, blue] },
      marks: [
        title("a  The gene, with the switch whole and replaced"),
        Plot.line(wholes, { x: "t", y: "g", stroke: "eps", strokeWidth: 2 }),
        Plot.line(
          times.map((t, i) => ({ t, g: slowG[i]! })),
          { x: "t", y: "g", stroke: ink, strokeWidth: 1.6, strokeDasharray: "2 4" },
        ),
        Plot.text(
          shown.map((eps, i) => ({ eps: `eps = ${eps}`, i })),
          {
            x: () => 7.6,
            y: (d) => 0.82 - 0.045 * d.i,
            text: (d) => `whole model, ${d.eps}`,
            fill: "eps",
            textAnchor: "start",
            fontWeight: 600,
          },
        ),
        label(7.6, 0.685, "· · · slow model", ink),
      ],
    }),
    Plot.plot({
      ...frame,
      x: {
        ...axis,
        type: "log",
        label: "eps: time of the switch over time of the gene",
        tickFormat: "~g",
      },
      y: {
        ...axis,
        type: "log",
        label: "largest |g − g slow|",
        ticks: [1e-5, 1e-4, 1e-3],
        tickFormat: ".0e",
      },
      marks: [
        title("b  The price of the replacement is of order eps"),
        Plot.rectX([0], {
          x1: refusedAbove,
          x2: Math.max(1, errors[0]!.eps),
          fill: red,
          fillOpacity: 0.08,
        }),
        Plot.line(
          [
            errors.at(-1)!,
            {
              eps: errors[0]!.eps,
              error: (errors.at(-1)!.error / errors.at(-1)!.eps) * errors[0]!.eps,
            },
          ],
          { x: "eps", y: "error", stroke: grey, strokeDasharray: "5 4" },
        ),
        Plot.dot(errors, { x: "eps", y: "error", fill: blue, r: 4 }),
        label(0.02, 2.4e-5, "slope 1", grey),
        label(0.5, 7e-6, "refused: the rates are less\nthan 5 times apart", red, "end"),
      ],
    }),
    Plot.plot({
      ...frame,
      x: { ...axis, label: "kinase g", domain: [0, 1.4] },
      y: { ...axis, label: "phosphorylated share", domain: [0, 1.02] },
      marks: [
        title("c  Trajectories fall on the slow manifold (eps = 0.1)"),
        Plot.line(falls, {
          x: "g",
          y: "Xp",
          z: "k",
          stroke: blue,
          strokeWidth: 1.4,
          strokeOpacity: 0.8,
        }),
        Plot.dot(
          falls.filter((_, i) => i % 400 === 0),
          { x: "g", y: "Xp", fill: blue, r: 3.5 },
        ),
        Plot.line(manifold, {
          x: "g",
          y: "Xp",
          stroke: ink,
          strokeWidth: 2,
          strokeDasharray: "2 4",
        }),
        Plot.dot([restingAt], {
          x: "g",
          y: "Xp",
          fill: green,
          stroke: paper,
          r: 6,
          strokeWidth: 1.5,
        }),
        label(restingAt.g, restingAt.Xp - 0.07, "steady state", green, "middle"),
        label(0.7, 0.5, "quasi-steady switch", ink),
        label(0.915, 0.07, "start", blue),
      ],
    }),
    Plot.plot({
      ...frame,
      marginLeft: 68,
      marginRight: 146,
      x: { ...axis, label: "eps", domain: [0, slowest] },
      y: { ...axis, label: "slow rate near the steady state" },
      color: {
        domain: ["whole model", "P A₁ R", "with the next order"],
        range: [ink, orange, blue],
      },
      marks: [
        title("d  The effective rate, order by order"),
        Plot.line(rates, { x: "eps", y: "rate", stroke: "kind", strokeWidth: 2 }),
        Plot.text(
          ["whole model", "P A₁ R", "with the next order"].map((kind) => ({
            kind,
            rate: last(kind),
          })),
          {
            x: () => slowest,
            y: "rate",
            text: "kind",
            fill: "kind",
            textAnchor: "start",
            dx: 6,
            fontWeight: 600,
          },
        ),
      ],
    }),
  ];
  return svgFile({
    width: 1060,
    height: 740,
    alt: "A phosphorylation switch with a slow gene: whole and reduced",
    panels: panels.map((panel, i) => ({
      drawing: panel as unknown as { outerHTML: string },
      x: (i % 2) * 530,
      y: Math.floor(i / 2) * 370,
    })),
  });
}
