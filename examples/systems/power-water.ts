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
import {
  byDegree,
  cascadeModel,
  edgeListLayers,
  matchedDependencies,
  multilayerNetwork,
  nodeHarm,
  radialLayout,
} from "couplet-systems/networks";
import type { NodeHarm } from "couplet-systems/networks";
import { powerWaterFigure } from "./power-water/figure.ts";
import { madeUpRegion, uniform } from "./power-water/region.ts";
import type { Supply } from "./power-water/region.ts";

const quick = process.argv.includes("--quick");
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

// 1. The two networks and what they need from each other.
const { network, dependencies, positions } = files.length === 2 ? fromFiles() : madeUpRegion(quick);

function fromFiles(): Supply {
  const [grid, pipes] = files.map((file) => readFileSync(file, "utf8"));
  const power = edgeListLayers(grid!, { layer: "power", where: files[0]! });
  const water = edgeListLayers(pipes!, { layer: "water", where: files[1]! });
  const joined = multilayerNetwork({
    layers: [...power.layers, ...water.layers],
    warnings: [...power.warnings, ...water.warnings],
  });
  for (const warning of joined.warnings) console.error(warning);
  return {
    network: joined,
    dependencies: [
      matchedDependencies(joined, { layer: "water", on: "power" }),
      matchedDependencies(joined, { layer: "power", on: "water", every: 10 }),
    ],
    positions: joined.layers.map((_, a) => radialLayout(joined, a)),
  };
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
  { name: "worst next, judged together", indices: worstNext(cascade) },
  { name: "worst next, each network alone", indices: worstNext(apart) },
  { name: "most links", indices: byLinks },
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
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/power-water.svg",
  powerWaterFigure({
    network,
    dependencies,
    positions,
    harm,
    top,
    aloneTop,
    worstAlone: aloneOf("power")[0]!.alone,
    alive: cascade.run([worst[0]!.index]).alive,
    rankings: rankings.map(({ name }) => name),
    curves,
    steps,
  }),
);
console.log("wrote examples/out/power-water.svg");
