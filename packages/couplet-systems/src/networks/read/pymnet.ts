import { checkOptions } from "couplet/kit";
import {
  multilayerNetwork,
  type Coupling,
  type Edge,
  type InterlayerEdge,
  type MultilayerNetwork,
} from "../multilayer.ts";
import { lineFields, meaningfulLines, numberField } from "./lines.ts";
import { mergeRepeated, repeatWarnings, totalRepeats } from "./repeated-links.ts";

/** Options of {@link readPymnet}. */
export interface PymnetOptions {
  readonly where?: string;
  readonly directed?: boolean;
  /** Links of nodes to themselves across layers; default categorical with weight 1, or none if the file has links between layers. */
  readonly coupling?: Coupling | "none";
  /** Whether every layer has every node (pymnet's own default); default false: a layer has the nodes of its links. */
  readonly fullyInterconnected?: boolean;
}

/**
 * Reads an edge file in the style of pymnet with one aspect. The number of fields says which of its two forms a line has:
 *
 *   layer node node [weight]              a link inside a layer (3 or 4 fields)
 *   node node layer layer weight          `net[u, v, s, r] = w`, inside or between layers (5 fields)
 *
 * As in pymnet a line sets the weight of its link: the last one counts, in an undirected network in either direction,
 * and a weight of 0 means no link. `layer node node` lines from a node to itself are left out. `warnings` counts both.
 *
 * @throws CoupletError FILE_INVALID with the line
 */
export function readPymnet(text: string, options: PymnetOptions = {}): MultilayerNetwork {
  checkOptions("readPymnet", options, {
    where: "",
    directed: false,
    coupling: true,
    fullyInterconnected: false,
  });
  const where = options.where ?? "pymnet edges";
  const directed = options.directed ?? false;
  let selfLinks = 0;
  const byLayer = new Map<string, { edges: Edge[]; nodes: Set<string> }>();
  const layer = (name: string): { edges: Edge[]; nodes: Set<string> } => {
    const found = byLayer.get(name) ?? { edges: [], nodes: new Set<string>() };
    byLayer.set(name, found);
    return found;
  };
  const links: InterlayerEdge[] = [];
  for (const line of meaningfulLines(text)) {
    const parts = lineFields(
      line,
      [3, 5],
      where,
      "layer node node [weight], or node node layer layer weight",
    );
    const [first, second, third, fourth, fifth] = parts;
    // four names and a weight, or a layer with a link inside it
    const inside = fourth === undefined || fifth === undefined;
    const [a, b, s, r] = inside ? [second, third, first, first] : [first, second, third, fourth];
    const weight = numberField((inside ? fourth : fifth) ?? "1", where, line.number, "weight");
    if (inside && a === b) {
      selfLinks++;
      continue;
    }
    layer(s).nodes.add(a);
    layer(r).nodes.add(b);
    if (s === r) layer(s).edges.push([a, b, weight]);
    else links.push([[s, a], [r, b], weight]);
  }
  const coupling =
    options.coupling === "none" || (options.coupling === undefined && links.length > 0)
      ? undefined
      : (options.coupling ?? { kind: "categorical" as const });
  const inside = [...byLayer.values()].map(({ edges }) => mergeRepeated(edges, "last", directed));
  const between = mergeRepeated(links, "last", directed);
  const isThere = ([, , weight]: Edge | InterlayerEdge): boolean => weight !== 0;
  const everyNode = [...new Set([...byLayer.values()].flatMap(({ nodes }) => [...nodes]))];
  return multilayerNetwork({
    layers: [...byLayer].map(([name, { nodes }], a) => ({
      name,
      edges: inside[a]!.links.filter(isThere),
      nodes: options.fullyInterconnected === true ? everyNode : [...nodes],
      directed,
    })),
    links: between.links.filter(isThere),
    linksDirected: directed,
    warnings: [
      ...repeatWarnings(
        where,
        totalRepeats([...inside, between].map(({ repeats }) => repeats)),
        "as in pymnet each is one link, with the last weight",
      ),
      ...(selfLinks === 0
        ? []
        : [
            `${where}: ${selfLinks} ${selfLinks === 1 ? "line links" : "lines link"} a node to itself; skipped, as in pymnet`,
          ]),
    ],
    ...(coupling === undefined ? {} : { coupling }),
  });
}
