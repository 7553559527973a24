/** The picture of the example: the two networks, harm alone against together, one failure after another. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";
import type { NodeHarm } from "couplet-systems/networks";
import type { Point, Supply } from "./region.ts";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, paper } = colours;
const [water, power, green, , purple] = series;

/** Colours of the rankings, in their order. */
const rankingColors = [purple, ink, green];

/** What the picture shows. */
export interface Findings extends Supply {
  /** Every node's harm, most harmful first; the `top` first ones are ringed. */
  readonly harm: readonly NodeHarm[];
  readonly top: number;
  /** The `top` of each network alone. */
  readonly aloneTop: ReadonlySet<NodeHarm>;
  /** The largest harm in the power network alone. */
  readonly worstAlone: number;
  /** 1 for each state node that works after the loss of the most harmful one. */
  readonly alive: Uint8Array;
  /** Names of the rankings; then the share that works after k failures of each, and of random ones. */
  readonly rankings: readonly string[];
  readonly curves: readonly {
    readonly name: string;
    readonly k: number;
    readonly working: number;
  }[];
  readonly steps: number;
}

/** The picture as the text of an SVG file. */
export function powerWaterFigure(findings: Findings): string {
  const { network, dependencies, positions, harm, top, aloneTop, worstAlone } = findings;
  const { alive, curves, steps } = findings;
  const rankings = findings.rankings.map((name, i) => ({ name, color: rankingColors[i]! }));
  const worst = harm.slice(0, top);
  const shared = worst.filter((h) => aloneTop.has(h));
  const first = worst[0]!;
  const plane = (layer: number, [x, y]: Point): { x: number; y: number } => ({
    x: x + 0.42 * y,
    y: 0.5 * y + (layer === 0 ? 0.72 : 0),
  });
  const dots = harm.map((h) => {
    const layer = h.layer === "power" ? 0 : 1;
    const at = plane(layer, positions[layer]![h.index - network.order.offset(h.layer)]!);
    return { ...at, ...h, lost: alive[h.index] === 0 };
  });
  const at = new Map(dots.map((d) => [d.index, d]));
  const own = network.layers.flatMap((layer) => {
    const offset = network.order.offset(layer.name);
    return Array.from(layer.from, (a, e) => ({
      a: at.get(offset + a)!,
      b: at.get(offset + layer.to[e]!)!,
      layer: layer.name,
    }));
  });
  const needs = dependencies.flatMap((d) =>
    [...d.needs].flatMap(([node, suppliers]) =>
      suppliers.map((s) => ({
        a: at.get(network.indexOf(d.layer, node))!,
        b: at.get(network.indexOf(d.on, s))!,
      })),
    ),
  );
  type Ends = { readonly a: { x: number; y: number }; readonly b: { x: number; y: number } };
  const ends = {
    x1: (d: Ends) => d.a.x,
    y1: (d: Ends) => d.a.y,
    x2: (d: Ends) => d.b.x,
    y2: (d: Ends) => d.b.y,
  };
  const big = network.size > 1000;
  const frame = {
    document: document as unknown as Document,
  };
  const title = (text: string, dx: number): Plot.Markish =>
    Plot.text([text], {
      frameAnchor: "top-left",
      dx,
      dy: -32,
      fontSize: 15,
      fontWeight: 600,
      fill: ink,
    });
  const corners = [0, 1, 3, 2, 0].map((k): Point => [k & 1 ? 1.04 : -0.04, k & 2 ? 1.04 : -0.04]);
  const sheet = (layer: number, tone: string): Plot.Markish =>
    Plot.line(
      corners.map((p) => plane(layer, p)),
      { x: "x", y: "y", fill: tone, fillOpacity: 0.06, stroke: tone, strokeOpacity: 0.3 },
    );
  const colour = { domain: ["power", "water"], range: [power, water] };
  const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;

  // the axis starts at a round tenth below all curves
  const floor = Math.max(0, Math.floor(10 * Math.min(...curves.map((c) => c.working)) - 1.5) / 10);

  const panels = [
    Plot.plot({
      ...frame,
      width: 560,
      height: 740,
      marginTop: 44,
      marginLeft: 20,
      marginRight: 20,
      marginBottom: 60,
      x: { axis: null, domain: [-0.06, 1.5] },
      y: { axis: null, domain: [-0.03, 1.3] },
      color: colour,
      r: { range: [0, big ? 9 : 11], domain: [0, first.coupled] },
      marks: [
        title("a  What each node's loss costs", -4),
        sheet(1, water),
        Plot.link(needs, {
          ...ends,
          stroke: grey,
          strokeOpacity: big ? 0.08 : 0.3,
          strokeWidth: 0.6,
        }),
        sheet(0, power),
        Plot.link(own, {
          ...ends,
          stroke: "layer",
          strokeOpacity: big ? 0.35 : 0.7,
          strokeWidth: big ? 0.5 : 1.1,
        }),
        Plot.dot(dots, {
          x: "x",
          y: "y",
          r: (d) => d.coupled,
          fill: "layer",
          fillOpacity: 0.85,
          stroke: paper,
          strokeWidth: big ? 0.2 : 0.6,
        }),
        Plot.dot(
          dots.filter((d) => d.lost),
          {
            x: "x",
            y: "y",
            r: big ? 2.2 : 4.5,
            symbol: "times",
            stroke: purple,
            strokeWidth: big ? 1 : 1.8,
          },
        ),
        Plot.dot([at.get(first.index)!], { x: "x", y: "y", r: 15, stroke: purple, strokeWidth: 2 }),
        Plot.text(
          ["power", "water"].map((text, a) => ({ ...plane(a, [1.04, 0]), text })),
          {
            x: "x",
            y: "y",
            text: "text",
            fill: "text",
            fontWeight: 600,
            dy: 16,
            textAnchor: "end",
          },
        ),
        Plot.text(
          [
            `disc: nodes lost with this one (largest: ${first.coupled});  ×: lost with ${first.layer} ${first.node}`,
          ],
          { frameAnchor: "bottom-left", dy: 40, fill: grey },
        ),
      ],
    }),
    Plot.plot({
      ...frame,
      width: 500,
      height: 370,
      marginTop: 44,
      marginLeft: 56,
      marginBottom: 46,
      marginRight: 24,
      x: {
        ...axis,
        type: "log",
        label: "nodes lost in its network alone",
        ticks: [1, 3, 10, 30, 100],
        tickFormat: "~s",
        nice: true,
      },
      y: {
        ...axis,
        type: "log",
        label: "nodes lost in the coupled system",
        ticks: [1, 3, 10, 30, 100, 300].filter((tick) => tick < 2 * first.coupled),
        tickFormat: "~s",
        nice: true,
      },
      color: colour,
      marks: [
        title("b  Alone against together", -44),
        Plot.line(
          [1, worstAlone, ...worst.map((h) => h.alone)].sort((a, b) => a - b),
          { x: (d: number) => d, y: (d: number) => d, stroke: grey, strokeDasharray: "4 4" },
        ),
        Plot.dot(
          harm.filter((h) => h.alone > 0 && h.coupled > 0),
          { x: "alone", y: "coupled", fill: "layer", fillOpacity: 0.5, r: 3.5 },
        ),
        Plot.dot(worst, {
          x: "alone",
          y: "coupled",
          stroke: (d: NodeHarm) => (aloneTop.has(d) ? ink : purple),
          r: 7,
          strokeWidth: 1.8,
        }),
        Plot.text([first], {
          x: "alone",
          y: "coupled",
          text: (d: NodeHarm) => `${d.layer} ${d.node}`,
          dx: 11,
          dy: -9,
          textAnchor: "start",
          stroke: paper,
          strokeWidth: 4,
          fill: ink,
        }),
        Plot.text(
          [
            `rings: the ten worst together;\npurple: ${top - shared.length} of them are not among\nthe ten worst of their network alone`,
          ],
          {
            frameAnchor: "bottom-right",
            dx: -6,
            dy: -8,
            lineHeight: 1.3,
            fill: ink,
            stroke: paper,
            strokeWidth: 5,
          },
        ),
      ],
    }),
    Plot.plot({
      ...frame,
      width: 500,
      height: 370,
      marginTop: 44,
      marginLeft: 56,
      marginBottom: 46,
      marginRight: 24,
      x: { ...axis, label: "nodes broken at once", domain: [0, steps] },
      y: { ...axis, label: "still working", domain: [floor, 1], tickFormat: "%" },
      color: {
        domain: [...rankings.map((r) => r.name), "random"],
        range: [...rankings.map((r) => r.color), grey],
      },
      marks: [
        title("c  One failure after another", -44),
        Plot.line(curves, {
          x: "k",
          y: "working",
          stroke: "name",
          strokeWidth: 2,
          curve: "step-after",
        }),
        Plot.text(
          [...rankings.map((r) => r.name), "random"].map((name, i) => ({ name, i })),
          {
            x: () => steps * 0.02,
            y: (d) => floor + (1 - floor) * (0.05 + 0.07 * (3 - d.i)),
            text: "name",
            fill: "name",
            textAnchor: "start",
            fontWeight: 600,
            stroke: paper,
            strokeWidth: 4,
          },
        ),
      ],
    }),
  ];
  const places = [
    [0, 0],
    [565, 0],
    [565, 370],
  ] as const;
  return svgFile({
    width: 1070,
    height: 745,
    alt: "Harm of single failures in coupled power and water networks",
    panels: panels.map((panel, i) => ({
      drawing: panel as unknown as { outerHTML: string },
      x: places[i]![0],
      y: places[i]![1],
    })),
  });
}
