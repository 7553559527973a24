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
import {
  algebraicConnectivity,
  diffuse,
  multilayerNetwork,
  readMultinet,
  readMultiplexEdges,
  structuralTransition,
  superdiffusion,
} from "couplet-systems/networks";
import type { Edge, MultilayerNetwork } from "couplet-systems/networks";
import { socialDiffusionFigure } from "./social-diffusion/figure.ts";

const quick = process.argv.includes("--quick");
const [edgesFile = "examples/data/florentine-families.mpx", layersFile] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith("--"));

const who = edgesFile.includes("families") ? "families" : "people";
const network: MultilayerNetwork = edgesFile.endsWith(".mpx")
  ? readMultinet(readFileSync(edgesFile, "utf8"), { where: edgesFile })
  : readMultiplexEdges(readFileSync(edgesFile, "utf8"), {
      where: edgesFile,
      ...(layersFile === undefined ? {} : { layerInfo: readFileSync(layersFile, "utf8") }),
    });
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

// 4. The picture: the moment when half of the people have heard.
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/social-diffusion.svg",
  socialDiffusionFigure({
    network,
    who,
    person,
    first,
    run,
    end,
    heardAt,
    heardAlone,
    share,
    speed,
    pace,
    transition,
  }),
);
console.log("wrote examples/out/social-diffusion.svg");
