import { checkOptions } from "couplet/kit";
import { childrenOf, parseXml, type XmlElement } from "../../xml/element.ts";
import {
  multilayerNetwork,
  type Coupling,
  type Edge,
  type InterlayerEdge,
  type MultilayerNetwork,
  type NodeInfo,
} from "../multilayer.ts";
import { badLine, numberField } from "./lines.ts";
import { joinDirections } from "./link-directions.ts";

/** Options of {@link readGraphml}. */
export interface GraphmlOptions {
  readonly where?: string;
  /** Edge data that holds the weight; default "weight". */
  readonly weight?: string;
  /** Node (or edge) data that names the layer; default "layer". Without such data each <graph> is a layer. */
  readonly layer?: string;
  /** Node data that names the node across layers; default "name"; else the node's id is its name. */
  readonly node?: string;
  readonly coupling?: Coupling | "none";
}

/**
 * Reads GraphML. Layers come from a `layer` attribute of the nodes (links between layers are then found
 * by themselves), of the edges (a multiplex on shared nodes), or from several <graph> elements.
 * Attributes are found by their `attr.name` or by key id. Hyperedges, ports and nested graphs are refused, and so is a `weight` that
 * no edge has. A graph without an `edgedefault` is undirected, as in NetworkX.
 *
 * As in NetworkX a graph with parallel edges is a multigraph: the edges stay apart and their weights add up (`warnings`
 * counts them); edges of one id between the same nodes are one edge with the last one's weight; a graph's edges are
 * all directed or all undirected.
 *
 * Needs the optional peer dependency `saxes`.
 * @throws CoupletError FILE_INVALID or NOT_SUPPORTED with the line
 * @see http://graphml.graphdrawing.org/primer/graphml-primer.html
 */
export async function readGraphml(
  text: string,
  options: GraphmlOptions = {},
): Promise<MultilayerNetwork> {
  checkOptions("readGraphml", options, {
    where: "",
    weight: "",
    layer: "",
    node: "",
    coupling: true,
  });
  const where = options.where ?? "graphml";
  const root = await parseXml(text, where);
  if (root.name !== "graphml") badLine(where, root.line, "a <graphml> document", `<${root.name}>`);
  const graphs = childrenOf(root, "graph");
  if (graphs.length === 0) badLine(where, root.line, "a <graph>", "none");
  const gathered: Gathered = {
    where,
    layers: new Map(),
    oneWay: [],
    bothWays: [],
    info: new Map(),
    sameId: 0,
    weighed: false,
  };
  const datum = dataReader(root, where);
  graphs.forEach((graph, g) =>
    readGraph(gathered, graph, graphs.length === 1 ? "layer" : `layer${g + 1}`, datum, options),
  );
  const { layers, oneWay, bothWays, info, sameId } = gathered;
  if (options.weight !== undefined && !gathered.weighed)
    badLine(where, root.line, `edges with data "${options.weight}"`, "none");
  const coupling =
    options.coupling === "none" ||
    (options.coupling === undefined && (oneWay.length + bothWays.length > 0 || layers.size === 1))
      ? undefined
      : (options.coupling ?? { kind: "categorical" as const });
  return multilayerNetwork({
    layers: [...layers].map(([name, l]) => ({
      name,
      edges: l.edges,
      nodes: [...l.nodes],
      directed: l.directed,
    })),
    ...joinDirections(oneWay, bothWays),
    nodeInfo: info,
    warnings:
      sameId === 0
        ? []
        : [
            `${where}: ${sameId} ${sameId === 1 ? "edge repeats" : "edges repeat"} the id of another between the same nodes; each id is one edge, with the last weight`,
          ],
    ...(coupling === undefined ? {} : { coupling }),
  });
}

/** Layers and links of the graphs read so far. */
interface Gathered {
  readonly where: string;
  readonly layers: Map<string, { edges: Edge[]; nodes: Set<string>; directed: boolean }>;
  readonly oneWay: InterlayerEdge[];
  readonly bothWays: InterlayerEdge[];
  readonly info: Map<string, NodeInfo>;
  /** Edges that repeat the id of another one. */
  sameId: number;
  /** Whether an edge has a weight of its own, or by default. */
  weighed: boolean;
}

/** The value of the data `name` of an element: its own, or the default of its key. */
type ReadData = (e: XmlElement, name: string) => string | undefined;

function dataReader(root: XmlElement, where: string): ReadData {
  const keys = new Map<string, { name: string; fallback: string | undefined; domain: string }>();
  for (const key of childrenOf(root, "key")) {
    const id = key.attributes.get("id") ?? badLine(where, key.line, "an id of <key>", "none");
    if (keys.has(id)) badLine(where, key.line, "each key id once", `"${id}" again`);
    keys.set(id, {
      name: key.attributes.get("attr.name") ?? id,
      fallback: childrenOf(key, "default")[0]?.text.trim(),
      domain: key.attributes.get("for") ?? "all",
    });
  }
  return (e, name) => {
    const own = childrenOf(e, "data").filter((data) => {
      const key =
        data.attributes.get("key") ?? badLine(where, data.line, "a key of <data>", "none");
      return (keys.get(key)?.name ?? key) === name;
    });
    if (own.length > 1)
      badLine(where, own[1]!.line, `one "${name}" of an <${e.name}>`, "a second one");
    if (own.length > 0) return own[0]!.text.trim();
    for (const key of keys.values())
      if (
        key.name === name &&
        key.fallback !== undefined &&
        (key.domain === e.name || key.domain === "all")
      )
        return key.fallback;
    return undefined;
  };
}

function layerOf(
  { where, layers }: Gathered,
  name: string,
  directed: boolean,
  line: number,
): { edges: Edge[]; nodes: Set<string> } {
  const found = layers.get(name) ?? { edges: [], nodes: new Set<string>(), directed };
  if (found.directed !== directed)
    badLine(where, line, `edges of one kind in layer "${name}"`, "directed and undirected graphs");
  layers.set(name, found);
  return found;
}

/** A node as the file has it: its name across layers, and its layer where the file names one. */
interface NamedNode {
  readonly name: string;
  readonly layer: string | undefined;
}

function readGraph(
  gathered: Gathered,
  graph: XmlElement,
  defaultName: string,
  datum: ReadData,
  options: GraphmlOptions,
): void {
  const { where } = gathered;
  const refused = graph.children.find((e) => e.name === "hyperedge");
  if (refused !== undefined)
    badLine(
      where,
      refused.line,
      "nodes and edges",
      `<${refused.name}>`,
      "Hyperedges are not supported.",
    );
  const edges = childrenOf(graph, "edge");
  const byDefault = graph.attributes.get("edgedefault") ?? "undirected";
  if (byDefault !== "directed" && byDefault !== "undirected")
    badLine(where, graph.line, "edgedefault directed or undirected", `"${byDefault}"`);
  const directed = byDefault === "directed";
  const graphName = graph.attributes.get("id") ?? defaultName;
  const nodes = readNodes(gathered, graph, datum, options);
  const readEdge = edgeReader(gathered, { graphName, directed, nodes }, datum, options);
  for (const e of edges) readEdge(e);
  const edgeLayers = edges.some((e) => datum(e, options.layer ?? "layer") !== undefined);
  for (const { name, layer } of nodes.values()) {
    // a node without a layer belongs to all layers that its graph's edges name
    if (layer !== undefined) layerOf(gathered, layer, directed, graph.line).nodes.add(name);
    else if (!edgeLayers) layerOf(gathered, graphName, directed, graph.line).nodes.add(name);
  }
}

function readNodes(
  { where, info }: Gathered,
  graph: XmlElement,
  datum: ReadData,
  options: GraphmlOptions,
): ReadonlyMap<string, NamedNode> {
  const nodes = new Map<string, NamedNode>();
  for (const e of childrenOf(graph, "node")) {
    const id = e.attributes.get("id") ?? badLine(where, e.line, "an id of <node>", "none");
    if (nodes.has(id)) badLine(where, e.line, "each node id once", `"${id}" again`);
    const nested = e.children.find(({ name }) => name === "graph" || name === "port");
    if (nested !== undefined)
      badLine(where, nested.line, "a flat graph without ports", `<${nested.name}> in a <node>`);
    const layer = datum(e, options.layer ?? "layer");
    const name = layer === undefined ? id : (datum(e, options.node ?? "name") ?? id);
    nodes.set(id, { name, layer });
    const [x, y] = [Number(datum(e, "x") ?? Number.NaN), Number(datum(e, "y") ?? Number.NaN)];
    if (Number.isFinite(x) && Number.isFinite(y)) info.set(name, { x, y });
  }
  return nodes;
}

function edgeReader(
  gathered: Gathered,
  {
    graphName,
    directed,
    nodes,
  }: {
    readonly graphName: string;
    readonly directed: boolean;
    readonly nodes: ReadonlyMap<string, NamedNode>;
  },
  datum: ReadData,
  options: GraphmlOptions,
): (e: XmlElement) => void {
  const { where, oneWay, bothWays } = gathered;
  const withId = new Map<string, Placed>();
  const find = (e: XmlElement, end: string): NamedNode => {
    const id = e.attributes.get(end) ?? badLine(where, e.line, `a ${end} of <edge>`, "none");
    return nodes.get(id) ?? badLine(where, e.line, "edges between nodes of the graph", `"${id}"`);
  };
  return (e) => {
    const [a, b] = [find(e, "source"), find(e, "target")];
    const port = ["sourceport", "targetport"].find((name) => e.attributes.has(name));
    if (port !== undefined) badLine(where, e.line, "edges of nodes, not of ports", port);
    const direction = e.attributes.get("directed");
    const own =
      direction === undefined
        ? directed
        : { true: true, 1: true, false: false, 0: false }[direction];
    if (own !== directed)
      badLine(
        where,
        e.line,
        `${directed ? "directed" : "undirected"} edges, by the graph's edgedefault`,
        `directed="${direction}"`,
      );
    const field = datum(e, options.weight ?? "weight");
    const weight = field === undefined ? 1 : numberField(field, where, e.line, "weight");
    if (field !== undefined) gathered.weighed = true;
    const layer = datum(e, options.layer ?? "layer");
    const [la, lb] = [a.layer ?? layer ?? graphName, b.layer ?? layer ?? graphName];
    const first = layerOf(gathered, la, directed, e.line);
    const second = layerOf(gathered, lb, directed, e.line);
    first.nodes.add(a.name);
    second.nodes.add(b.name);
    const id = e.attributes.get("id");
    const key = id === undefined ? undefined : sameEdge(id, la, lb, a.name, b.name, directed);
    const before = key === undefined ? undefined : withId.get(key);
    if (before !== undefined) {
      before.weigh(weight);
      gathered.sameId++;
      return;
    }
    const placed =
      la === lb
        ? place(first.edges, [a.name, b.name, weight])
        : place(directed ? oneWay : bothWays, [[la, a.name], [lb, b.name], weight]);
    if (key !== undefined) withId.set(key, placed);
  };
}

/** An edge that stands in its list; another one of the same id changes its weight. */
interface Placed {
  weigh(weight: number): void;
}

function place<L extends Edge | InterlayerEdge>(list: L[], link: L): Placed {
  const at = list.push(link) - 1;
  return {
    weigh: (weight) => {
      list[at] = [link[0], link[1], weight] as unknown as L;
    },
  };
}

/** The identity of an edge with an id: NetworkX takes the id as the key among the parallel edges of two nodes. */
function sameEdge(
  id: string,
  fromLayer: string,
  toLayer: string,
  from: string,
  to: string,
  directed: boolean,
): string {
  const ends = [
    [fromLayer, from],
    [toLayer, to],
  ].map((end) => JSON.stringify(end));
  return JSON.stringify([id, ...(directed ? ends : ends.sort())]);
}
