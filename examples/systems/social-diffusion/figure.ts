/** The picture of the example: the message on the channels, in each of them over time, who has heard it, and the pace. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";
import { forceLayout } from "couplet-systems/networks";
import type { Diffusion, MultilayerNetwork, Superdiffusion } from "couplet-systems/networks";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey, paper } = colours;
/** Amounts of the message: one colour over the paper. */
const red = colours.alarm;
const palette = [1, 0, 2, 4, 3, 5].map((i) => series[i]!);

/** What the picture shows. */
export interface Findings {
  readonly network: MultilayerNetwork;
  /** "people" or "families". */
  readonly who: string;
  /** The person and the channel (by position) that the message starts with. */
  readonly person: string;
  readonly first: number;
  readonly run: Diffusion;
  readonly end: number;
  /** When each node has heard: on all channels, and on the first channel alone. */
  readonly heardAt: readonly number[];
  readonly heardAlone: readonly number[];
  /** Share of the nodes that have heard by a time. */
  readonly share: (list: readonly number[], t: number) => number;
  readonly speed: Superdiffusion;
  readonly pace: readonly { readonly coupling: number; readonly value: number }[];
  readonly transition: number | undefined;
}

/** The picture as the text of an SVG file. */
export function socialDiffusionFigure(findings: Findings): string {
  const { network, who, person, first, run, end, heardAt, heardAlone, share } = findings;
  const { speed, pace, transition } = findings;
  const { times } = run;
  const even = 1 / network.size;
  const channel = network.layers[first]!;
  const colour = {
    domain: network.layers.map((l) => l.name),
    range: network.layers.map((_, a) => palette[a % palette.length]!),
  };
  const heard = times.flatMap((t) => [
    { t, share: share(heardAt, t), how: "all channels" },
    { t, share: share(heardAlone, t), how: `${channel.name} alone` },
  ]);
  // Positions, the same on every sheet.
  const positions = forceLayout(network);
  // The moment when half of the people have heard.
  const moment = times.findIndex((t) => share(heardAt, t) >= 0.5);
  const shot = run.states[Math.max(0, moment)]!;
  const height = network.layers.length;
  const plane = (a: number, x: number, y: number): { x: number; y: number } => ({
    x: x + 0.45 * y,
    y: 0.55 * y + 0.78 * (height - 1 - a),
  });
  const sheets = network.layers.map((layer, a) => ({
    layer: layer.name,
    outline: (
      [
        [-0.06, -0.06],
        [1.06, -0.06],
        [1.06, 1.06],
        [-0.06, 1.06],
        [-0.06, -0.06],
      ] as const
    ).map(([x, y]) => ({ ...plane(a, x, y), layer: layer.name })),
  }));
  const dots = network.layers.flatMap((layer, a) =>
    layer.nodes.map((name) => {
      const [x, y] = positions[network.nodes.indexOf(name)]!;
      return {
        ...plane(a, x, y),
        layer: layer.name,
        name,
        amount: shot[network.indexOf(layer.name, name)]! / even,
      };
    }),
  );
  const at = new Map(dots.map((d) => [`${d.layer}/${d.name}`, d]));
  const lines = network.layers.flatMap((layer) =>
    Array.from(layer.from, (i, e) => ({
      layer: layer.name,
      a: at.get(`${layer.name}/${layer.nodes[i]!}`)!,
      b: at.get(`${layer.name}/${layer.nodes[layer.to[e]!]!}`)!,
    })),
  );
  const source = at.get(`${channel.name}/${person}`)!;
  const frame = {
    document: document as unknown as Document,
  };
  const small = {
    ...frame,
    width: 515,
    height: 246,
    marginTop: 40,
    marginLeft: 64,
    marginBottom: 42,
    marginRight: 124,
  };
  const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
  const title = (text: string, dx: number): Plot.Markish =>
    Plot.text([text], {
      frameAnchor: "top-left",
      dx,
      dy: -30,
      fontSize: 15,
      fontWeight: 600,
      fill: ink,
    });
  const perLayer = network.layers.flatMap((layer, a) =>
    times.map((t, k) => ({
      t,
      layer: layer.name,
      amount: run.perLayer[a]![k]!,
      final: layer.nodes.length / network.size,
    })),
  );
  /** Labels at the right end of lines, moved apart where they would overlap. */
  const spread = <T extends { y: number }>(
    labels: readonly T[],
    gap: number,
  ): (T & { at: number })[] => {
    let last = Number.POSITIVE_INFINITY;
    return [...labels]
      .sort((p, q) => q.y - p.y)
      .map((l) => ({ ...l, at: (last = Math.min(l.y, last - gap)) }));
  };
  const top = Math.max(...perLayer.filter((d) => d.t > 0.3).map((d) => d.amount)) * 1.15;

  const panels = [
    Plot.plot({
      ...frame,
      width: 560,
      height: 740,
      marginTop: 40,
      marginLeft: 20,
      marginRight: 20,
      marginBottom: 50,
      x: { axis: null, domain: [-0.1, 1.6] },
      y: { axis: null, domain: [-0.06, 0.78 * (height - 1) + 0.62] },
      marks: [
        title(
          `a  Time ${times[Math.max(0, moment)]!.toFixed(2)}: half of the ${who} have heard`,
          -4,
        ),
        ...sheets.toReversed().flatMap(({ layer, outline }, i) => {
          const tone = colour.range[height - 1 - i]!;
          return [
            Plot.line(outline, {
              x: "x",
              y: "y",
              fill: tone,
              fillOpacity: 0.05,
              stroke: tone,
              strokeOpacity: 0.4,
            }),
            Plot.link(
              lines.filter((l) => l.layer === layer),
              {
                x1: (d) => d.a.x,
                y1: (d) => d.a.y,
                x2: (d) => d.b.x,
                y2: (d) => d.b.y,
                stroke: tone,
                strokeOpacity: 0.35,
                strokeWidth: 0.8,
              },
            ),
            Plot.dot(
              dots.filter((d) => d.layer === layer),
              { x: "x", y: "y", fill: paper, r: height > 3 ? 4 : 6 },
            ),
            Plot.dot(
              dots.filter((d) => d.layer === layer),
              {
                x: "x",
                y: "y",
                fill: red,
                // A share of one is an even one; three are the full colour.
                fillOpacity: (d) => Math.sqrt(Math.min(1, d.amount / 3)),
                stroke: tone,
                strokeWidth: 1,
                r: height > 3 ? 4 : 6,
              },
            ),
            ...(network.nodes.length > 20
              ? []
              : [
                  Plot.text(
                    dots.filter((d) => d.layer === layer),
                    { x: "x", y: "y", text: "name", dy: -14, fill: ink, fontSize: 11 },
                  ),
                ]),
            Plot.text([outline[1]!], {
              x: "x",
              y: "y",
              text: "layer",
              textAnchor: "end",
              dy: height > 3 ? 10 : 14,
              dx: -4,
              fill: tone,
              fontWeight: 600,
            }),
          ];
        }),
        Plot.dot([source], { x: "x", y: "y", r: 10, stroke: ink, strokeWidth: 2 }),
        Plot.text(["red: three times an even share of the message or more;  ○ where it started"], {
          frameAnchor: "bottom-left",
          dy: 34,
          fill: grey,
        }),
      ],
    }),
    Plot.plot({
      ...small,
      x: { ...axis, label: "time", domain: [0, end] },
      y: { ...axis, label: "share of the message", domain: [0, Math.min(1, top)] },
      color: colour,
      marks: [
        title("b  Where the message is", -44),
        Plot.line(perLayer, { x: "t", y: "amount", stroke: "layer", strokeWidth: 2, clip: true }),
        Plot.text(
          spread(
            network.layers.map((l, a) => ({ layer: l.name, y: run.perLayer[a]!.at(-1)! })),
            Math.min(1, top) / 11,
          ),
          {
            x: () => end,
            y: "at",
            text: "layer",
            fill: "layer",
            textAnchor: "start",
            dx: 6,
            fontWeight: 600,
          },
        ),
      ],
    }),
    Plot.plot({
      ...small,
      x: { ...axis, label: "time", domain: [0, end] },
      y: { ...axis, label: `${who} who have heard`, domain: [0, 1], tickFormat: "%" },
      marks: [
        title("c  Who has heard", -44),
        Plot.line(heard, {
          x: "t",
          y: "share",
          stroke: (d) => (d.how === "all channels" ? ink : colour.range[first]!),
          z: "how",
          strokeWidth: 2,
          curve: "step-after",
        }),
        Plot.text(
          spread(
            [
              { how: "all channels", y: share(heardAt, end) },
              { how: `${channel.name} alone`, y: share(heardAlone, end) },
            ],
            0.11,
          ),
          {
            x: () => end,
            y: "at",
            text: "how",
            fill: (d) => (d.how === "all channels" ? ink : colour.range[first]!),
            textAnchor: "start",
            dx: 6,
            fontWeight: 600,
          },
        ),
      ],
    }),
    Plot.plot({
      ...small,
      x: {
        ...axis,
        type: "log",
        label: "strength of the coupling between channels",
        ticks: [0.01, 0.1, 1, 10, 100],
        tickFormat: "~g",
      },
      y: {
        ...axis,
        label: "λ₂, the pace of mixing",
        domain: [0, 1.12 * Math.max(speed.limit, ...speed.layers)],
      },
      marks: [
        title("d  From separate channels to one", -44),
        Plot.ruleY(
          network.layers.flatMap((l, a) =>
            speed.layers[a]! > 0 ? [{ layer: l.name, y: speed.layers[a]! }] : [],
          ),
          {
            y: "y",
            stroke: (d) => colour.range[colour.domain.indexOf(d.layer)]!,
            strokeDasharray: "2 4",
          },
        ),
        Plot.ruleY([speed.limit], { stroke: grey, strokeDasharray: "6 4" }),
        Plot.line(pace, { x: "coupling", y: "value", stroke: ink, strokeWidth: 2 }),
        ...(transition === undefined
          ? []
          : [
              Plot.ruleX([transition], { stroke: grey }),
              Plot.text([transition], {
                x: (d: number) => d,
                y: () => 0.05 * speed.limit,
                text: () => "p*",
                dx: 6,
                textAnchor: "start",
                fill: grey,
              }),
            ]),
        Plot.text(
          spread(
            [
              ...network.layers.flatMap((l, a) =>
                speed.layers[a]! > 0
                  ? [{ name: `${l.name} alone`, y: speed.layers[a]!, fill: colour.range[a]! }]
                  : [],
              ),
              { name: "strong limit", y: speed.limit, fill: grey },
            ],
            0.09 * Math.max(speed.limit, ...speed.layers),
          ),
          {
            x: () => 100,
            y: "at",
            text: "name",
            fill: "fill",
            textAnchor: "start",
            dx: 6,
            fontWeight: 600,
          },
        ),
      ],
    }),
  ];
  const places = [
    [0, 0],
    [565, 0],
    [565, 247],
    [565, 494],
  ] as const;
  return svgFile({
    width: 1080,
    height: 745,
    alt: "A message spreading through the channels of a social network",
    panels: panels.map((panel, i) => ({
      drawing: panel as unknown as { outerHTML: string },
      x: places[i]![0],
      y: places[i]![1],
    })),
  });
}
