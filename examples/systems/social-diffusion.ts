/**
 * News on several channels: how a message spreads through all the ties between people at once.
 *
 * People (or families) are the nodes, channels the layers; whoever hears something on one channel can pass it on to another.
 * A message starts with one of them on one channel and spreads by diffusion, x(t) = exp(-t L) x(0). The example follows
 * it, compares with the channel alone, sweeps the strength of the coupling between the channels, and draws
 * examples/out/social-diffusion.svg.
 *
 *   npm run example -- systems/social-diffusion                         the families of Florence about 1434: marriage
 *                                                                       and business (examples/data)
 *   npm run example -- systems/social-diffusion x.mpx                   a multiplex in multinet's format
 *   npm run example -- systems/social-diffusion x.edges layers.txt      a multiplex (layer i j [w]) and its layer names,
 *                                                                       such as CS-Aarhus: Facebook, lunch, work, ...
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import {
  algebraicConnectivity,
  diffuse,
  forceLayout,
  multilayerNetwork,
  readMultinet,
  readMultiplexEdges,
  structuralTransition,
  superdiffusion,
} from "couplet-systems/networks";
import type { Edge, MultilayerNetwork } from "couplet-systems/networks";

const quick = process.argv.includes("--quick");
const [edgesFile = "examples/data/florentine-families.mpx", layersFile] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith("--"));
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  grey = "#8a8f9c",
  palette = ["#d9731a", "#2f6db5", "#2c8a5b", "#8d5fb0", "#b3202e", "#7a6a4f"];

const who = edgesFile.includes("families") ? "families" : "people";
const network: MultilayerNetwork = edgesFile.endsWith(".mpx")
  ? readMultinet(readFileSync(edgesFile, "utf8"), { where: edgesFile })
  : readMultiplexEdges(readFileSync(edgesFile, "utf8"), {
      where: edgesFile,
      ...(layersFile === undefined ? {} : { layerInfo: readFileSync(layersFile, "utf8") }),
    });
const colour = {
  domain: network.layers.map((l) => l.name),
  range: network.layers.map((_, a) => palette[a % palette.length]!),
};
console.log(
  `${network.nodes.length} ${who}, ${network.layers.map((l) => `${l.name}: ${l.nodes.length} ${who}, ${l.from.length} links`).join("; ")}`,
);

// 1. A message starts with the best-connected person of the channel that is fastest alone.
const speed = superdiffusion(network);
const first = speed.layers.reduce((best, value, a) => (value > speed.layers[best]! ? a : best), 0);
const channel = network.layers[first]!;
const links = new Int32Array(channel.nodes.length);
for (let e = 0; e < channel.from.length; e++) {
  links[channel.from[e]!]!++;
  links[channel.to[e]!]!++;
}
const person =
  channel.nodes[links.reduce((best, count, v) => (count > links[best]! ? v : best), 0)]!;
const end = 4;
const times = Array.from(
  { length: quick ? 31 : 121 },
  (_, i) => end * (i / (quick ? 30 : 120)) ** 2,
);
const run = diffuse(network, { from: [channel.name, person], times, tolerance: 1e-10 });
console.log(
  `from ${person} on ${channel.name}; error of the Krylov steps below ${Math.max(...run.errorEstimates).toExponential(1)}`,
);

// 2. When has everyone heard? A person has, when the largest of their channels holds half of an even share.
const even = 1 / network.size;
const heardAt = network.nodes.map((name) => {
  const indices = network.layers.flatMap((layer) =>
    layer.nodes.includes(name) ? [network.indexOf(layer.name, name)] : [],
  );
  const k = run.states.findIndex((x) => Math.max(...indices.map((i) => x[i]!)) >= even / 2);
  return k < 0 ? Number.POSITIVE_INFINITY : times[k]!;
});
const alone = multilayerNetwork({
  layers: [
    {
      name: channel.name,
      nodes: channel.nodes,
      edges: Array.from(channel.from, (i, e): Edge => [
        channel.nodes[i]!,
        channel.nodes[channel.to[e]!]!,
        channel.weights[e]!,
      ]),
    },
  ],
});
const runAlone = diffuse(alone, { from: [channel.name, person], times });
const heardAlone = alone.nodes.map((_, v) => {
  const k = runAlone.states.findIndex((x) => x[v]! >= 0.5 / alone.size);
  return k < 0 ? Number.POSITIVE_INFINITY : times[k]!;
});
const share = (list: readonly number[], t: number): number =>
  list.filter((h) => h <= t).length / network.nodes.length;
const heard = times.flatMap((t) => [
  { t, share: share(heardAt, t), how: "all channels" },
  { t, share: share(heardAlone, t), how: `${channel.name} alone` },
]);
console.log(
  `heard by time ${end}: ${(100 * share(heardAt, end)).toFixed(0)} % on all channels, ${(100 * share(heardAlone, end)).toFixed(0)} % on ${channel.name} alone (which has ${((100 * channel.nodes.length) / network.nodes.length).toFixed(0)} % of the ${who})`,
);

// 3. The pace of everything, lambda_2, over the strength of the coupling between channels.
const strengths = Array.from(
  { length: quick ? 9 : 41 },
  (_, i) => 10 ** (-2 + (4 * i) / (quick ? 8 : 40)),
);
const pace = strengths.map((coupling) => ({
  coupling,
  value: algebraicConnectivity(network, { coupling }).value,
}));
console.log(
  `strong coupling: lambda_2 -> ${speed.limit.toFixed(4)}; alone: ${network.layers.map((l, a) => `${l.name} ${speed.layers[a]!.toFixed(4)}`).join(", ")}`,
);
console.log(
  speed.superdiffusive
    ? "Superdiffusive: coupled, it is faster than any channel alone."
    : "Not superdiffusive: one channel alone relaxes faster (but reaches only its own members).",
);
const transition =
  network.layers.length === 2 && network.aligned && speed.layers.every((value) => value > 0)
    ? structuralTransition(network).coupling
    : undefined;
if (transition !== undefined)
  console.log(`structural transition at coupling ${transition.toFixed(4)}`);

// 4. Positions, the same on every sheet.
const positions = forceLayout(network);

// 5. The picture: the moment when half of the people have heard.
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
  style: {
    background: "white",
    color: ink,
    fontSize: "13px",
    fontFamily: "Helvetica, Arial, sans-serif",
  },
};
const small = {
  ...frame,
  width: 500,
  height: 246,
  marginTop: 40,
  marginLeft: 56,
  marginBottom: 42,
  marginRight: 116,
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
    color: {
      type: "sqrt",
      domain: [0, 3],
      clamp: true,
      range: ["#f3efe6", "#b3202e"],
      interpolate: "hcl",
    },
    marks: [
      title(`a  Time ${times[Math.max(0, moment)]!.toFixed(2)}: half of the ${who} have heard`, -4),
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
            { x: "x", y: "y", fill: "amount", stroke: tone, strokeWidth: 1, r: height > 3 ? 4 : 6 },
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
const nested = panels.map((panel, i) =>
  (panel as unknown as { outerHTML: string }).outerHTML.replace(
    "<svg ",
    `<svg x="${places[i]![0]}" y="${places[i]![1]}" `,
  ),
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/social-diffusion.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" width="1070" height="745" viewBox="0 0 1070 745" role="img" aria-label="A message spreading through the channels of a social network"><rect width="1070" height="745" fill="white"/>${nested.join("")}</svg>`,
);
console.log("wrote examples/out/social-diffusion.svg");
