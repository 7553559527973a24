/** Layered networks, what joins them and what breaks them. */
import { CoupletError } from "couplet/kit";
import type { Domain, DomainFlags } from "../domain.ts";
import {
  emailChatExample,
  networkFormats,
  networksExample,
  parseNetworksProblem,
  type NetworksProblem,
} from "./problem/problem.ts";
import { runNetworksProblem, type NetworksResult } from "./problem/run.ts";
import { networksSections, networksSummary } from "./report/report.ts";

/** The domain `networks`. */
export const networksDomain: Domain<NetworksProblem, NetworksResult> = {
  name: "networks",
  description: "multilayer networks: spectra against coupling, removal, cascades, diffusion",
  usage: "[problem.json | network files]",
  files: "problem file, muxViz, multinet, pymnet, GraphML, edge lists",
  pictures: "layers as sheets, spectra against coupling, cascades, removal, diffusion",
  lead: "A multilayer network: what joins its layers, and what breaks them.",
  examples: { "power-water": networksExample, "email-chat": emailChatExample },
  parse: parseNetworksProblem,
  run: runNetworksProblem,
  summarise: networksSummary,
  sections: networksSections,
  options: [
    {
      flags: "--format <name>",
      description: "format of the file (default: detected)",
      choices: networkFormats,
    },
    { flags: "--layout <file>", description: "muxViz layout: labels and positions of nodes" },
    { flags: "--layers <file>", description: "muxViz layer info: labels of layers" },
    { flags: "--directed", description: "links run one way" },
    {
      flags: "--strength <x>",
      description: "factor on all links between layers",
      value: "number",
    },
    {
      flags: "--couple <weight>",
      description: "link nodes of the same name across layers with this weight",
      value: "number",
    },
    {
      flags: "--depends <rule...>",
      description: "layer:on[:every]: nodes of a layer need nodes of another, matched by position",
    },
    {
      flags: "--fast <layer>",
      description: "layer[:speed]: eliminate a layer that is much faster, its links times speed",
    },
  ],
  fromFiles: (files, flags) => ({ files: files.map((file) => fileOf(file, flags)) }),
  change: (problem, { strength, depends, couple, fast }) => ({
    ...problem,
    ...(couple === undefined ? {} : { coupling: { kind: "categorical", weight: couple } }),
    ...(strength === undefined ? {} : { strength }),
    ...(fast === undefined ? {} : { fast: fastOf(fast as string) }),
    ...(depends === undefined ? {} : { dependencies: (depends as string[]).map(dependencyOf) }),
  }),
  help: `
Files may be muxViz configurations, edge lists with the layer first ("layer i j w") or with layers on both sides,
multinet, pymnet, GraphML, or plain edge lists in CSV or text: several of these become a network of one layer
each, named by "name=file". Multiplex formats link nodes of the same name across layers with weight 1; edge lists only
with "--couple 1", since two lists may number different things alike.

"--depends water:power" says that every water node needs a power node, "power:water:10" that every tenth power node
needs a water node; which one follows from their positions in both networks (a rule, not a map).

Examples:
  couplet systems networks --example > town.json
  couplet systems networks town.json --html town.html
  couplet systems networks people.edges --layers layers.txt --layout nodes.txt --html people.html
  couplet systems networks power=grid.edges water=pipes.csv --depends water:power power:water:10
  couplet systems networks --example email-chat | couplet systems networks - --fast email:100`,
};

function fileOf(text: string, flags: DomainFlags): object {
  const [, layer, file] = /^(?:([^=/\\]+)=)?(.+)$/.exec(text)!;
  return {
    file,
    ...(layer === undefined ? {} : { layer }),
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.layout === undefined ? {} : { layout: flags.layout }),
    ...(flags.layers === undefined ? {} : { layerInfo: flags.layers }),
    ...(flags.directed === undefined ? {} : { directed: true }),
  };
}

function dependencyOf(text: string): object {
  const [layer, on, every, ...rest] = text.split(":");
  const n = Number(every ?? 1);
  if (!layer || !on || rest.length > 0 || !Number.isInteger(n) || n < 1) {
    throw new CoupletError({
      code: "USAGE",
      where: "--depends",
      expected: "layer:on or layer:on:every, like water:power or power:water:10",
      received: `"${text}"`,
    });
  }
  return { layer, on, ...(every === undefined ? {} : { every: n }) };
}

function fastOf(text: string): object {
  const [layer, speed, ...rest] = text.split(":");
  if (!layer || rest.length > 0 || !(Number(speed ?? 1) > 0)) {
    throw new CoupletError({
      code: "USAGE",
      where: "--fast",
      expected: "layer or layer:speed, like email:100",
      received: `"${text}"`,
    });
  }
  return { layer, ...(speed === undefined ? {} : { speed: Number(speed) }) };
}
