/**
 * Power and water: which single failure does most harm to two networks that need each other?
 *
 * Pumps need power, generators need cooling water. A node works while it is not broken, has a working
 * supplier in the other network (if it needs one), and hangs together with most of its own network. The
 * example breaks every node once, in the coupled system and in its network alone, compares the two rankings,
 * and draws the answer to examples/out/power-water.svg.
 *
 *   npm run example -- systems/power-water                          a made-up region, 150 buses and 80 junctions
 *   npm run example -- systems/power-water power.edges water.csv    your networks, as edge lists (from, to)
 *
 * The coupling rule. Made-up region: every junction is fed by the nearest bus, every tenth bus is a generator
 * and needs the junction nearest to it. Files without positions: the same numbers, but "nearest" is the
 * position in breadth-first order from the best-connected node (`matchedDependencies`).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import {
  byDegree,
  cascadeModel,
  edgeListLayers,
  matchedDependencies,
  multilayerNetwork,
  nodeHarm,
  radialLayout,
} from "couplet-systems/networks";
import type { Dependency, MultilayerNetwork, NodeHarm } from "couplet-systems/networks";

const quick = process.argv.includes("--quick");
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  power = "#d9731a",
  water = "#2f6db5",
  grey = "#8a8f9c",
  red = "#b3202e";

type Point = readonly [x: number, y: number];

/** Uniform numbers from a seed (mulberry32), for the made-up region and for random failures. */
function uniform(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/**
 * Points of a region, none closer than `gap`, and lines between them: the shortest tree, and of the other pairs
 * with no third point nearer to both (relative neighbours) a share of `loops`. Supply networks look like that.
 */
function region(
  count: number,
  gap: number,
  loops: number,
  seed: number,
): { points: Point[]; edges: [string, string][] } {
  const next = uniform(seed);
  const points: Point[] = [];
  while (points.length < count) {
    const p: Point = [next(), next()];
    if (points.every((q) => distance(p, q) > gap)) points.push(p);
  }
  const pairs: { i: number; j: number; d: number }[] = [];
  points.forEach((p, i) =>
    points.slice(0, i).forEach((q, j) => {
      const d = distance(p, q);
      const nearer = (r: Point): boolean => Math.max(distance(p, r), distance(q, r)) < d;
      if (!points.some(nearer)) pairs.push({ i, j, d });
    }),
  );
  // relative neighbours contain the shortest tree: Kruskal finds it among them
  const part = points.map((_, i) => i);
  const edges: [string, string][] = [];
  for (const { i, j } of pairs.sort((a, b) => a.d - b.d)) {
    const joins = part[i] !== part[j];
    if (joins) {
      const old = part[i];
      part.forEach((p, k) => (part[k] = p === old ? part[j]! : p));
    }
    if (joins || next() < loops) edges.push([String(j), String(i)]);
  }
  return { points, edges };
}

// 1. The two networks and what they need from each other.
let network: MultilayerNetwork;
let dependencies: Dependency[];
let positions: readonly (readonly Point[])[];
if (files.length === 2) {
  const [grid, pipes] = files.map((file) => readFileSync(file, "utf8"));
  const power = edgeListLayers(grid!, { layer: "power", where: files[0]! });
  const water = edgeListLayers(pipes!, { layer: "water", where: files[1]! });
  network = multilayerNetwork({
    layers: [...power.layers, ...water.layers],
    warnings: [...power.warnings, ...water.warnings],
  });
  for (const warning of network.warnings) console.error(warning);
  dependencies = [
    matchedDependencies(network, { layer: "water", on: "power" }),
    matchedDependencies(network, { layer: "power", on: "water", every: 10 }),
  ];
  positions = network.layers.map((_, a) => radialLayout(network, a));
} else {
  const [grid, pipes] = [
    region(quick ? 60 : 150, quick ? 0.06 : 0.045, 0.6, 4),
    region(quick ? 30 : 80, 0.06, 0.3, 5),
  ];
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
  network = multilayerNetwork({
    layers: [
      { name: "power", nodes: names(grid.points.length), edges: grid.edges },
      { name: "water", nodes: names(pipes.points.length), edges: pipes.edges },
    ],
  });
  const nearest = (p: Point, among: readonly Point[], count: number): string[] =>
    among
      .map((q, i) => [distance(p, q), i] as const)
      .sort((a, b) => a[0] - b[0])
      .slice(0, count)
      .map(([, i]) => String(i));
  dependencies = [
    {
      layer: "water",
      on: "power",
      needs: new Map(pipes.points.map((p, i) => [String(i), nearest(p, grid.points, 1)])),
    },
    {
      layer: "power",
      on: "water",
      needs: new Map(
        grid.points.flatMap((p, i) =>
          i % 10 === 4 ? [[String(i), nearest(p, pipes.points, 1)] as const] : [],
        ),
      ),
    },
  ];
  positions = [grid.points, pipes.points];
}
const sizes = network.layers.map((layer) => layer.nodes.length);
console.log(
  `power: ${sizes[0]} nodes, ${network.layers[0]!.from.length} lines; water: ${sizes[1]} nodes, ${network.layers[1]!.from.length} pipes`,
);

// 2. Break every node once.
const harm = nodeHarm(network, dependencies);
const top = 10;
const worst = harm.slice(0, top);
const aloneOf = (layer: string): NodeHarm[] =>
  harm.filter((h) => h.layer === layer).sort((a, b) => b.alone - a.alone || a.index - b.index);
const aloneTop = new Set(["power", "water"].flatMap((layer) => aloneOf(layer).slice(0, top)));
const shared = worst.filter((h) => aloneTop.has(h));
console.log("\nmost harmful in the coupled system      lost  (alone)");
for (const h of worst)
  console.log(
    `  ${`${h.layer} ${h.node}`.padEnd(36)} ${String(h.coupled).padStart(5)}  (${h.alone})${aloneTop.has(h) ? "  also in the ten of its network alone" : ""}`,
  );
console.log(
  shared.length === 0
    ? `None of the ${top} is among the ${top} worst of either network alone.`
    : `${shared.length} of the ${top} are also among the ${top} worst of their network alone; ${top - shared.length} are not.`,
);

// 3. Several failures: the worst next one again and again, judged together or network by network; most links; random.
const cascade = cascadeModel(network, dependencies);
const apart = cascadeModel(network, []);
const steps = Math.min(12, Math.floor(harm.length / 10));
const byLinks = network.layers
  .flatMap(({ name, nodes }) =>
    byDegree(network, name).map((node, k) => ({
      index: network.indexOf(name, node),
      rank: k / nodes.length,
    })),
  )
  .sort((a, b) => a.rank - b.rank)
  .map((l) => l.index);
const byAlone = [...harm]
  .sort((a, b) => b.alone - a.alone || a.index - b.index)
  .map((h) => h.index);
// the worst next failure is looked for among the first of each ranking, which keeps large networks quick
const candidates = [
  ...new Set([harm.map((h) => h.index), byAlone, byLinks].flatMap((list) => list.slice(0, 60))),
];
const worstNext = (judge: typeof cascade): number[] => {
  const broken: number[] = [];
  while (broken.length < steps) {
    let [best, left] = [-1, Number.POSITIVE_INFINITY];
    for (const v of candidates) {
      if (broken.includes(v)) continue;
      const { survivors } = judge.run([...broken, v]);
      if (survivors < left) [best, left] = [v, survivors];
    }
    broken.push(best);
  }
  return broken;
};
const rankings = [
  { name: "worst next, judged together", color: red, indices: worstNext(cascade) },
  { name: "worst next, each network alone", color: ink, indices: worstNext(apart) },
  { name: "most links", color: "#2c8a5b", indices: byLinks },
];
const curves = rankings.flatMap(({ name, indices }) =>
  Array.from({ length: steps + 1 }, (_, k) => ({
    name,
    k,
    working: cascade.run(indices.slice(0, k)).survivors / network.size,
  })),
);
const samples = quick ? 5 : 20;
const orders = Array.from({ length: samples }, (_, s) => {
  const draw = uniform(s + 1);
  return Array.from({ length: steps }, () => Math.floor(draw() * network.size));
});
for (let k = 0; k <= steps; k++) {
  const sum = orders.reduce((total, order) => total + cascade.run(order.slice(0, k)).survivors, 0);
  curves.push({ name: "random", k, working: sum / samples / network.size });
}
const after = (name: string): string =>
  `${(100 * curves.find((c) => c.name === name && c.k === steps)!.working).toFixed(0)} %`;
console.log(
  `\nstill working after ${steps} failures: ${[...rankings.map((r) => r.name), "random"].map((name) => `${name} ${after(name)}`).join("; ")}`,
);

// 4. The picture.
const first = worst[0]!;
const lost = cascade.run([first.index]);
const plane = (layer: number, [x, y]: Point): { x: number; y: number } => ({
  x: x + 0.42 * y,
  y: 0.5 * y + (layer === 0 ? 0.72 : 0),
});
const dots = harm.map((h) => {
  const layer = h.layer === "power" ? 0 : 1;
  const at = plane(layer, positions[layer]![h.index - network.order.offset(h.layer)]!);
  return { ...at, ...h, lost: lost.alive[h.index] === 0 };
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
  style: {
    background: "white",
    color: ink,
    fontSize: "13px",
    fontFamily: "Helvetica, Arial, sans-serif",
  },
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
        stroke: "white",
        strokeWidth: big ? 0.2 : 0.6,
      }),
      Plot.dot(
        dots.filter((d) => d.lost),
        {
          x: "x",
          y: "y",
          r: big ? 2.2 : 4.5,
          symbol: "times",
          stroke: red,
          strokeWidth: big ? 1 : 1.8,
        },
      ),
      Plot.dot([at.get(first.index)!], { x: "x", y: "y", r: 15, stroke: red, strokeWidth: 2 }),
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
      ticks: [1, 3, 10, 30, 100, 300],
      tickFormat: "~s",
      nice: true,
    },
    color: colour,
    marks: [
      title("b  Alone against together", -44),
      Plot.line(
        [1, aloneOf("power")[0]!.alone, ...worst.map((h) => h.alone)].sort((a, b) => a - b),
        { x: (d: number) => d, y: (d: number) => d, stroke: grey, strokeDasharray: "4 4" },
      ),
      Plot.dot(
        harm.filter((h) => h.alone > 0 && h.coupled > 0),
        { x: "alone", y: "coupled", fill: "layer", fillOpacity: 0.5, r: 3.5 },
      ),
      Plot.dot(worst, {
        x: "alone",
        y: "coupled",
        stroke: (d: NodeHarm) => (aloneTop.has(d) ? ink : red),
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
        stroke: "white",
        strokeWidth: 4,
        fill: ink,
      }),
      Plot.text(
        [
          `rings: the ten worst together;\nred: ${top - shared.length} of them are not among\nthe ten worst of their network alone`,
        ],
        {
          frameAnchor: "bottom-right",
          dx: -6,
          dy: -8,
          lineHeight: 1.3,
          fill: ink,
          stroke: "white",
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
          stroke: "white",
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
const nested = panels.map((panel, i) =>
  (panel as unknown as { outerHTML: string }).outerHTML.replace(
    "<svg ",
    `<svg x="${places[i]![0]}" y="${places[i]![1]}" `,
  ),
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/power-water.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" width="1070" height="745" viewBox="0 0 1070 745" role="img" aria-label="Harm of single failures in coupled power and water networks"><rect width="1070" height="745" fill="white"/>${nested.join("")}</svg>`,
);
console.log("wrote examples/out/power-water.svg");
