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
  checkOptions("readMultinet", options, { where: "", weight: "", coupling: true });
  const where = options.where ?? "multinet";
  const file = readSections(text, where, options.weight);
  const { type, layers, actors, links, directedPairs } = file;
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

/** The contents of a file, gathered section by section. */
interface MultinetFile {
  type: string;
  readonly layers: Map<string, Layer>;
  readonly actors: string[];
  readonly localAttributes: Map<string, string[]>;
  readonly globalAttributes: string[];
  readonly links: InterlayerEdge[];
  readonly directedPairs: Set<string>;
}

/** A line of a section: its comma-separated parts, and an error that names it. */
interface SectionLine {
  readonly parts: readonly string[];
  readonly first: string;
  readonly second: string | undefined;
  readonly where: string;
  readonly number: number;
  refuse(expected: string, received?: string): never;
}

function readSections(text: string, where: string, weight: string | undefined): MultinetFile {
  const file: MultinetFile = {
    type: "multiplex",
    layers: new Map(),
    actors: [],
    localAttributes: new Map(),
    globalAttributes: [],
    links: [],
    directedPairs: new Set(),
  };
  let section = "#EDGES";
  for (const line of meaningfulLines(text, "--")) {
    if (line.text.startsWith("#")) {
      const upper = line.text.toUpperCase();
      section =
        sections.find((s) => upper === s || upper.startsWith(`${s} `)) ??
        badLine(where, line.number, `a section out of ${sections.join(", ")}`, `"${line.text}"`);
      // "#TYPE multiplex" and "#VERSION 3.0" may have their value on the same line
      const value = line.text.slice(section.length).trim();
      if (section === "#TYPE" && value !== "") file.type = readType(value, where, line.number);
      continue;
    }
    const parts = line.text.split(",").map((part) => part.trim());
    // a line that is not empty has a first field
    const [first = "", second] = parts;
    readLine(file, section, weight, {
      parts,
      first,
      second,
      where,
      number: line.number,
      refuse: (expected, received = `"${line.text}"`) =>
        badLine(where, line.number, expected, received),
    });
  }
  return file;
}

function readLine(
  file: MultinetFile,
  section: string,
  weight: string | undefined,
  line: SectionLine,
): void {
  const { parts, first, second, refuse } = line;
  switch (section) {
    case "#TYPE":
      file.type = readType(first, line.where, line.number);
      break;
    case "#LAYERS":
      readLayerLine(file, line);
      break;
    case "#ACTORS":
      file.actors.push(first);
      break;
    case "#VERTICES":
    case "#NODES":
      layerOf(file, second ?? refuse("ACTOR,LAYER")).nodes.add(first);
      break;
    case "#EDGE ATTRIBUTES":
      if (second !== undefined && parts.length === 3)
        file.localAttributes.set(first, [...(file.localAttributes.get(first) ?? []), second]);
      else if (parts.length === 2) file.globalAttributes.push(first);
      else refuse("NAME,TYPE or LAYER,NAME,TYPE");
      break;
    case "#EDGES":
    case "#INTRALAYER EDGES":
    case "#INTERLAYER EDGES":
      readEdgeLine(
        file,
        file.type === "multilayer" || section === "#INTERLAYER EDGES",
        weight,
        line,
      );
      break;
    default: // the version, and attributes of actors and vertices, do not enter the network
  }
}

/** `LAYER,DIRECTION[,LOOPS]`; multilayer files have LAYER1,LAYER2,DIRECTION: equal names are the layer itself. */
function readLayerLine(file: MultinetFile, { parts, first, second, refuse }: SectionLine): void {
  const rest = parts.slice(1).map((p) => p.toUpperCase());
  const directions = rest.filter((p) => p === "DIRECTED" || p === "UNDIRECTED");
  if (directions.length !== 1) refuse("LAYER,DIRECTED or LAYER,UNDIRECTED");
  const directed = directions[0] === "DIRECTED";
  if (rest[0] === directions[0] || second === undefined || second === first) {
    const own = layerOf(file, first);
    if (own.declared) refuse("each layer once", `layer "${first}" again`);
    Object.assign(own, { declared: true, directed, loops: rest.includes("LOOPS") });
    return;
  }
  layerOf(file, first);
  layerOf(file, second);
  if (directed) file.directedPairs.add(pairOf(first, second));
}

/** `ACTOR,ACTOR,LAYER`, or with `isLong` `ACTOR,LAYER,ACTOR,LAYER`, and the attributes of the edge. */
function readEdgeLine(
  file: MultinetFile,
  isLong: boolean,
  weightName: string | undefined,
  { parts, first, second, where, number, refuse }: SectionLine,
): void {
  const third = parts[2];
  const link: readonly string[] = isLong
    ? parts
    : [first, third, second, third].filter((f) => f !== undefined);
  if (!hasAtLeast(link, 4)) refuse(isLong ? "ACTOR,LAYER,ACTOR,LAYER" : "ACTOR,ACTOR,LAYER");
  const [a, la, b, lb] = link as readonly [string, string, string, string];
  const local = la === lb ? (file.localAttributes.get(la) ?? []) : [];
  const names = [...local, ...file.globalAttributes];
  const at = names.indexOf(weightName ?? "weight");
  if (weightName !== undefined && at < 0)
    refuse(`an edge attribute "${weightName}"`, names.join(", ") || "none");
  if (link.some((name) => name === "")) refuse("a name in each field");
  const need = isLong ? 4 : 3;
  if (parts.length > need + names.length)
    refuse(
      `${names.length} edge attributes, as in #EDGE ATTRIBUTES`,
      `${parts.length - need}: "${parts.join(",")}"`,
    );
  const field =
    (at < 0 ? "1" : parts[need + at]) ??
    refuse(`${names.length} edge attributes`, `${parts.length - need}`);
  const weight = numberField(field, where, number, "weight");
  layerOf(file, la).nodes.add(a);
  layerOf(file, lb).nodes.add(b);
  if (la !== lb) {
    file.links.push([[la, a], [lb, b], weight]);
    return;
  }
  const layer = layerOf(file, la);
  if (a === b && !layer.loops) refuse(`two different actors: layer "${la}" has no LOOPS`);
  layer.edges.push([a, b, weight]);
}

function layerOf({ layers }: MultinetFile, name: string): Layer {
  const found = layers.get(name) ?? {
    directed: false,
    loops: true,
    declared: false,
    edges: [],
    nodes: new Set<string>(),
  };
  layers.set(name, found);
  return found;
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
