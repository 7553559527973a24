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
import { badLine } from "./lines.ts";
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
 * Attributes are found by their `attr.name` or by key id. Hyperedges, ports and nested graphs are refused.
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
    where: true,
    weight: true,
    layer: true,
    node: true,
    coupling: true,
  });
  const where = options.where ?? "graphml";
  const root = await parseXml(text, where);
  if (root.name !== "graphml") badLine(where, root.line, "a <graphml> document", `<${root.name}>`);
  const keys = new Map<string, { name: string; fallback: string | undefined; domain: string }>();
  for (const key of childrenOf(root, "key")) {
    const id = key.attributes.get("id") ?? badLine(where, key.line, "an id of <key>", "none");
    keys.set(id, {
      name: key.attributes.get("attr.name") ?? id,
      fallback: childrenOf(key, "default")[0]?.text.trim(),
      domain: key.attributes.get("for") ?? "all",
    });
  }
  const datum = (e: XmlElement, name: string): string | undefined => {
    for (const data of childrenOf(e, "data")) {
      const key =
        data.attributes.get("key") ?? badLine(where, data.line, "a key of <data>", "none");
      if ((keys.get(key)?.name ?? key) === name) return data.text.trim();
    }
    for (const key of keys.values())
      if (
        key.name === name &&
        key.fallback !== undefined &&
        (key.domain === e.name || key.domain === "all")
      )
        return key.fallback;
    return undefined;
  };
  const graphs = childrenOf(root, "graph");
  if (graphs.length === 0) badLine(where, root.line, "a <graph>", "none");

  const layers = new Map<string, { edges: Edge[]; nodes: Set<string>; directed: boolean }>();
  const oneWay: InterlayerEdge[] = [];
  const bothWays: InterlayerEdge[] = [];
  const info = new Map<string, NodeInfo>();
  let sameId = 0;
  const layerOf = (
    name: string,
    directed: boolean,
    line: number,
  ): { edges: Edge[]; nodes: Set<string>; directed: boolean } => {
    const found = layers.get(name) ?? { edges: [], nodes: new Set<string>(), directed };
    if (found.directed !== directed)
      badLine(
        where,
        line,
        `edges of one kind in layer "${name}"`,
        "directed and undirected graphs",
      );
    layers.set(name, found);
    return found;
  };
  graphs.forEach((graph, g) => {
    const refused = graph.children.find((e) => e.name === "hyperedge");
    if (refused !== undefined)
      badLine(
        where,
        refused.line,
        "nodes and edges",
        `<${refused.name}>`,
        "Hyperedges are not supported.",
      );
    const directed = graph.attributes.get("edgedefault") === "directed";
    const withId = new Map<string, Placed>();
    const graphName =
      graph.attributes.get("id") ?? (graphs.length === 1 ? "layer" : `layer${g + 1}`);
    const nodes = new Map<string, { name: string; layer: string | undefined }>();
    for (const e of childrenOf(graph, "node")) {
      const id = e.attributes.get("id") ?? badLine(where, e.line, "an id of <node>", "none");
      if (nodes.has(id)) badLine(where, e.line, "each node id once", `"${id}" again`);
      const nested = childrenOf(e, "graph")[0];
      if (nested !== undefined) badLine(where, nested.line, "a flat graph", "a nested <graph>");
      const layer = datum(e, options.layer ?? "layer");
      const name = datum(e, options.node ?? "name") ?? id;
      nodes.set(id, { name: layer === undefined ? id : name, layer });
      const [x, y] = [Number(datum(e, "x") ?? Number.NaN), Number(datum(e, "y") ?? Number.NaN)];
      if (Number.isFinite(x) && Number.isFinite(y)) info.set(nodes.get(id)!.name, { x, y });
    }
    const find = (e: XmlElement, end: string): { name: string; layer: string | undefined } => {
      const id = e.attributes.get(end) ?? badLine(where, e.line, `a ${end} of <edge>`, "none");
      return nodes.get(id) ?? badLine(where, e.line, "edges between nodes of the graph", `"${id}"`);
    };
    const edgeLayers = childrenOf(graph, "edge").some(
      (e) => datum(e, options.layer ?? "layer") !== undefined,
    );
    for (const e of childrenOf(graph, "edge")) {
      const [a, b] = [find(e, "source"), find(e, "target")];
      const own_direction = e.attributes.get("directed");
      if (own_direction !== undefined && (own_direction === "true") !== directed)
        badLine(
          where,
          e.line,
          `${directed ? "directed" : "undirected"} edges, as the graph's edgedefault says`,
          `directed="${own_direction}"`,
        );
      const field = datum(e, options.weight ?? "weight");
      const weight = field === undefined || field === "" ? 1 : Number(field);
      if (!Number.isFinite(weight)) badLine(where, e.line, "a number for the weight", `"${field}"`);
      const own = datum(e, options.layer ?? "layer");
      const [la, lb] = [a.layer ?? own ?? graphName, b.layer ?? own ?? graphName];
      const [first, second] = [layerOf(la, directed, e.line), layerOf(lb, directed, e.line)];
      first.nodes.add(a.name);
      second.nodes.add(b.name);
      const id = e.attributes.get("id");
      const key = id === undefined ? undefined : sameEdge(id, la, lb, a.name, b.name, directed);
      const before = key === undefined ? undefined : withId.get(key);
      if (before !== undefined) {
        before.weigh(weight);
        sameId++;
        continue;
      }
      const placed =
        la === lb
          ? place(first.edges, [a.name, b.name, weight])
          : place(directed ? oneWay : bothWays, [[la, a.name], [lb, b.name], weight]);
      if (key !== undefined) withId.set(key, placed);
    }
    for (const { name, layer } of nodes.values()) {
      // a node without a layer belongs to all layers that its graph's edges name
      if (layer !== undefined) layerOf(layer, directed, graph.line).nodes.add(name);
      else if (!edgeLayers) layerOf(graphName, directed, graph.line).nodes.add(name);
    }
  });
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
