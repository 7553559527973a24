import { checkOptions } from "couplet/kit";
import {
  multilayerNetwork,
  type Coupling,
  type Edge,
  type InterlayerEdge,
  type MultilayerNetwork,
} from "../multilayer.ts";
import { badLine, hasAtLeast, meaningfulLines, numberField } from "./lines.ts";
import { joinDirections } from "./link-directions.ts";
import { mergeRepeated, repeatWarnings, totalRepeats } from "./repeated-links.ts";

const sections = [
  "#VERSION",
  "#TYPE",
  "#LAYERS",
  "#ACTORS",
  "#VERTICES",
  "#NODES",
  "#EDGES",
  "#INTRALAYER EDGES",
  "#INTERLAYER EDGES",
  "#ACTOR ATTRIBUTES",
  "#VERTEX ATTRIBUTES",
  "#NODE ATTRIBUTES",
  "#EDGE ATTRIBUTES",
] as const;

/** Options of {@link readMultinet}. */
export interface MultinetOptions {
  readonly where?: string;
  /** Edge attribute to use as the weight; default "weight" if the file defines it, else every weight is 1. */
  readonly weight?: string;
  /** Links of actors to themselves across layers; default categorical with weight 1, or none for type multilayer. */
  readonly coupling?: Coupling | "none";
}

/**
 * Reads the multinet (uunet) file format 3.0, multiplex and multilayer, with sections `#TYPE`, `#LAYERS`,
 * `#ACTORS`, `#VERTICES`, `#EDGES` and edge attributes; comments start with `--`.
 *
 * Layers are simple graphs, as in multinet: a link listed again, in an undirected layer in either direction, is the
 * same link with the last listing's weight (`warnings` counts them). A layer that `#LAYERS` names without LOOPS has
 * no links from an actor to itself. Links between layers are directed where the `#LAYERS` line of the pair says so.
 *
 * @throws CoupletError FILE_INVALID with the line
 * @see multinet's own reader (uunet 2.2.1), which the tests' expected networks come from
 */
export function readMultinet(text: string, options: MultinetOptions = {}): MultilayerNetwork {
  checkOptions("readMultinet", options, { where: true, weight: true, coupling: true });
  const where = options.where ?? "multinet";
  let section = "#EDGES";
  let type = "multiplex";
  const layers = new Map<string, Layer>();
  const actors: string[] = [];
  const localAttributes = new Map<string, string[]>();
  const globalAttributes: string[] = [];
  const links: InterlayerEdge[] = [];
  const directedPairs = new Set<string>();
  const layer = (name: string): Layer => {
    const found = layers.get(name) ?? {
      directed: false,
      loops: true,
      declared: false,
      edges: [],
      nodes: new Set<string>(),
    };
    layers.set(name, found);
    return found;
  };

  for (const line of meaningfulLines(text, "--")) {
    if (line.text.startsWith("#")) {
      const upper = line.text.toUpperCase();
      const found = sections.find((s) => upper === s || upper.startsWith(`${s} `));
      if (found === undefined)
        badLine(where, line.number, `a section out of ${sections.join(", ")}`, `"${line.text}"`);
      section = found!;
      // "#TYPE multiplex" and "#VERSION 3.0" may have their value on the same line
      const value = line.text.slice(section.length).trim();
      if (section === "#TYPE" && value !== "") type = readType(value, where, line.number);
      continue;
    }
    const parts = line.text.split(",").map((part) => part.trim());
    // a line that is not empty has a first field
    const [first = "", second, third] = parts;
    switch (section) {
      case "#VERSION":
        break;
      case "#TYPE":
        type = readType(first, where, line.number);
        break;
      case "#LAYERS": {
        const rest = parts.slice(1).map((p) => p.toUpperCase());
        const directions = rest.filter((p) => p === "DIRECTED" || p === "UNDIRECTED");
        if (directions.length !== 1)
          badLine(where, line.number, "LAYER,DIRECTED or LAYER,UNDIRECTED", `"${line.text}"`);
        const directed = directions[0] === "DIRECTED";
        // multilayer files have LAYER1,LAYER2,DIRECTION; equal names are the layer itself
        if (rest[0] === directions[0] || second === undefined || second === first) {
          const own = layer(first);
          if (own.declared)
            badLine(where, line.number, "each layer once", `layer "${first}" again`);
          Object.assign(own, { declared: true, directed, loops: rest.includes("LOOPS") });
        } else {
          layer(first);
          layer(second);
          if (directed) directedPairs.add(pairOf(first, second));
        }
        break;
      }
      case "#ACTORS":
        actors.push(first);
        break;
      case "#VERTICES":
      case "#NODES":
        if (second === undefined) badLine(where, line.number, "ACTOR,LAYER", `"${line.text}"`);
        layer(second).nodes.add(first);
        break;
      case "#EDGE ATTRIBUTES":
        if (second !== undefined && parts.length === 3)
          localAttributes.set(first, [...(localAttributes.get(first) ?? []), second]);
        else if (parts.length === 2) globalAttributes.push(first);
        else badLine(where, line.number, "NAME,TYPE or LAYER,NAME,TYPE", `"${line.text}"`);
        break;
      case "#EDGES":
      case "#INTRALAYER EDGES":
      case "#INTERLAYER EDGES": {
        const long = type === "multilayer" || section === "#INTERLAYER EDGES";
        const need = long ? 4 : 3;
        const link: readonly string[] = long
          ? parts
          : [first, third, second, third].filter((f) => f !== undefined);
        if (!hasAtLeast(link, 4))
          badLine(
            where,
            line.number,
            long ? "ACTOR,LAYER,ACTOR,LAYER" : "ACTOR,ACTOR,LAYER",
            `"${line.text}"`,
          );
        const [a, la, b, lb] = link;
        const names = [...(la === lb ? (localAttributes.get(la) ?? []) : []), ...globalAttributes];
        const at = names.indexOf(options.weight ?? "weight");
        if (options.weight !== undefined && at < 0)
          badLine(
            where,
            line.number,
            `an edge attribute "${options.weight}"`,
            names.join(", ") || "none",
          );
        const field = at < 0 ? "1" : parts[need + at];
        if (field === undefined)
          badLine(where, line.number, `${names.length} edge attributes`, `${parts.length - need}`);
        const weight = numberField(field!, where, line.number, "weight");
        layer(la).nodes.add(a);
        layer(lb).nodes.add(b);
        if (la === lb && a === b && !layer(la).loops)
          badLine(
            where,
            line.number,
            `two different actors: layer "${la}" has no LOOPS`,
            `"${line.text}"`,
          );
        if (la === lb) layer(la).edges.push([a, b, weight]);
        else links.push([[la, a], [lb, b], weight]);
        break;
      }
      default: // attributes of actors and vertices do not enter the network
    }
  }
  if (layers.size === 0) badLine(where, 1, "at least one edge or layer", "none");
  // an actor that is in no layer has no place in a network of layers; with a single layer it is an isolated node
  if (layers.size === 1)
    for (const { nodes } of layers.values()) for (const actor of actors) nodes.add(actor);
  const coupling =
    options.coupling === "none" || (options.coupling === undefined && type === "multilayer")
      ? undefined
      : (options.coupling ?? { kind: "categorical" as const });
  const isDirected = ([[from], [to]]: InterlayerEdge): boolean =>
    directedPairs.has(pairOf(from, to));
  const inside = [...layers.values()].map((l) => mergeRepeated(l.edges, "last", l.directed));
  const oneWay = mergeRepeated(links.filter(isDirected), "last", true);
  const bothWays = mergeRepeated(
    links.filter((link) => !isDirected(link)),
    "last",
    false,
  );
  return multilayerNetwork({
    layers: [...layers].map(([name, l], a) => ({
      name,
      edges: inside[a]!.links,
      nodes: [...l.nodes],
      directed: l.directed,
    })),
    ...joinDirections(oneWay.links, bothWays.links),
    warnings: repeatWarnings(
      where,
      totalRepeats([...inside, oneWay, bothWays].map(({ repeats }) => repeats)),
      "as in multinet each is one link, with the last weight",
    ),
    ...(coupling === undefined ? {} : { coupling }),
  });
}

interface Layer {
  directed: boolean;
  /** Whether an actor may have a link to itself. */
  loops: boolean;
  /** Whether `#LAYERS` names it. */
  declared: boolean;
  edges: Edge[];
  nodes: Set<string>;
}

const pairOf = (one: string, other: string): string => [one, other].sort().join(",");

function readType(value: string, where: string, line: number): string {
  const type = value.toLowerCase();
  if (type !== "multiplex" && type !== "multilayer")
    badLine(where, line, "type multiplex or multilayer", `"${value}"`);
  return type;
}
