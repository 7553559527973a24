import { checkOptions } from "couplet/kit";
import {
  multilayerNetwork,
  type Coupling,
  type Edge,
  type InterlayerEdge,
  type MultilayerNetwork,
  type NodeInfo,
} from "../multilayer.ts";
import { badLine, fields, lineFields, meaningfulLines, numberField } from "./lines.ts";
import { mergeRepeated, repeatWarnings, totalRepeats, type Repeats } from "./repeated-links.ts";

/**
 * How links that a muxViz file lists again are combined: its sparse matrices add equal entries, and those of an
 * undirected network are (M + M^T) / 2. A link that is listed in one direction only keeps its weight, as where muxViz
 * is told that files give each link once.
 */
const kept = "as in muxViz the weights of one direction add up, and two directions are averaged";

/** Gives the text of a file that another file names (relative to it). */
export type FileReader = (path: string) => string | Promise<string>;

/** Options of the muxViz readers. */
export interface MuxVizOptions {
  /** The name of the file in messages. */
  readonly where?: string;
  readonly directed?: boolean;
  /** Links between a node and itself in other layers; default categorical with weight 1 (not for extended lists, which carry their own). */
  readonly coupling?: Coupling | "none";
  /** Text of a layout file: `nodeID nodeLabel nodeX nodeY` or `nodeID nodeLabel nodeLat nodeLong`. */
  readonly layout?: string;
  /** Text of a layer-info file: `layerID layerLabel`. */
  readonly layerInfo?: string;
}

/**
 * Reads a muxViz configuration: one line per layer, `path;label;layout`, each path an edge list `i j [w]`.
 * The layout column may be empty; node lists of layers come from the layouts, so isolated nodes stay. Of links that
 * are listed more than once the weights of one direction add up, and those of two directions (undirected layers) are
 * averaged, as in muxViz; `warnings` counts them. This holds for the two readers below as well.
 *
 * @param read gives the text of the files that the configuration names
 * @throws CoupletError FILE_INVALID with file and line
 */
export async function readMuxViz(
  config: string,
  read: FileReader,
  options: MuxVizOptions = {},
): Promise<MultilayerNetwork> {
  checkOptions("readMuxViz", options, {
    where: "",
    directed: false,
    coupling: true,
    layout: "",
    layerInfo: "",
  });
  const where = options.where ?? "config";
  const info = new Map<string, NodeInfo>();
  const layers = [];
  const warnings: string[] = [];
  const directed = options.directed ?? false;
  for (const line of meaningfulLines(config)) {
    const [path, label, layout] = line.text.split(";").map((part) => part.trim());
    if (path === undefined || path === "" || label === undefined)
      badLine(where, line.number, "path;label;layout", `"${line.text}"`);
    let nodes: string[] | undefined;
    if (layout !== undefined && layout !== "") {
      const own = readLayout(await read(layout), layout);
      for (const [id, facts] of own) info.set(id, facts);
      nodes = [...own.keys()];
    }
    const { links, repeats } = mergeRepeated(
      edgeList(await read(path), path, nodes),
      "sum",
      directed,
    );
    warnings.push(...repeatWarnings(path, repeats, kept));
    layers.push({
      name: label === "" ? path : label,
      edges: links,
      ...(nodes === undefined ? {} : { nodes }),
      directed,
    });
  }
  if (layers.length === 0) badLine(where, 1, "at least one line path;label;layout", "none");
  return multilayerNetwork({ layers, ...coupled(options), nodeInfo: info, warnings });
}

/**
 * Reads a multiplex edge list with the layer in front, `layer i j [w]`, as many published multiplexes
 * (and muxViz exports) have it. Every layer gets all nodes that the layout names, or only those with links.
 *
 * @throws CoupletError FILE_INVALID with the line
 */
export function readMultiplexEdges(text: string, options: MuxVizOptions = {}): MultilayerNetwork {
  checkOptions("readMultiplexEdges", options, {
    where: "",
    directed: false,
    coupling: true,
    layout: "",
    layerInfo: "",
  });
  const where = options.where ?? "edges";
  const names =
    options.layerInfo === undefined ? undefined : readLayerInfo(options.layerInfo, "layer info");
  const info = options.layout === undefined ? undefined : readLayout(options.layout, "layout");
  const byLayer = new Map<string, Edge[]>();
  for (const name of names?.values() ?? []) byLayer.set(name, []);
  for (const line of meaningfulLines(text)) {
    const [id, a, b, w] = lineFields(line, [3, 4], where, "layer i j [weight]");
    const layer =
      names === undefined
        ? id
        : (names.get(id) ??
          badLine(where, line.number, `a layer out of ${[...names.keys()].join(", ")}`, `"${id}"`));
    for (const node of [a, b])
      if (info !== undefined && !info.has(node))
        badLine(where, line.number, "nodes that the layout names", `"${node}"`);
    const edges = byLayer.get(layer) ?? [];
    byLayer.set(layer, edges);
    edges.push([a, b, w === undefined ? 1 : numberField(w, where, line.number, "weight")]);
  }
  const nodes = info === undefined ? undefined : [...info.keys()];
  const directed = options.directed ?? false;
  const merged = [...byLayer.values()].map((edges) => mergeRepeated(edges, "sum", directed));
  return multilayerNetwork({
    layers: [...byLayer.keys()].map((name, a) => ({
      name,
      edges: merged[a]!.links,
      directed,
      ...(nodes === undefined ? {} : { nodes }),
    })),
    warnings: warningsOf(where, merged),
    ...coupled(options),
    ...(info === undefined ? {} : { nodeInfo: info }),
  });
}

/**
 * Reads a muxViz extended edge list, `i layer_i j layer_j [w]`: links inside and between layers in one file.
 * @throws CoupletError FILE_INVALID with the line
 */
export function readExtendedEdges(text: string, options: MuxVizOptions = {}): MultilayerNetwork {
  checkOptions("readExtendedEdges", options, {
    where: "",
    directed: false,
    coupling: true,
    layout: "",
    layerInfo: "",
  });
  const where = options.where ?? "extended edges";
  const names =
    options.layerInfo === undefined ? undefined : readLayerInfo(options.layerInfo, "layer info");
  const info = options.layout === undefined ? undefined : readLayout(options.layout, "layout");
  const byLayer = new Map<string, { edges: Edge[]; nodes: Set<string> }>();
  const layer = (id: string, line: number): string => {
    const name =
      names === undefined
        ? id
        : (names.get(id) ??
          badLine(where, line, `a layer out of ${[...names.keys()].join(", ")}`, `"${id}"`));
    if (!byLayer.has(name)) byLayer.set(name, { edges: [], nodes: new Set() });
    return name;
  };
  const links: InterlayerEdge[] = [];
  for (const line of meaningfulLines(text)) {
    const [a, la, b, lb, w] = lineFields(line, [4, 5], where, "i layer_i j layer_j [weight]");
    const weight = w === undefined ? 1 : numberField(w, where, line.number, "weight");
    const [from, to] = [layer(la, line.number), layer(lb, line.number)];
    byLayer.get(from)!.nodes.add(a);
    byLayer.get(to)!.nodes.add(b);
    if (from === to) byLayer.get(from)!.edges.push([a, b, weight]);
    else links.push([[from, a], [to, b], weight]);
  }
  const directed = options.directed ?? false;
  const inside = [...byLayer.values()].map(({ edges }) => mergeRepeated(edges, "sum", directed));
  const between = mergeRepeated(links, "sum", directed);
  return multilayerNetwork({
    layers: [...byLayer].map(([name, { nodes }], a) => ({
      name,
      edges: inside[a]!.links,
      nodes: [...nodes],
      directed,
    })),
    links: between.links,
    linksDirected: directed,
    warnings: warningsOf(where, [...inside, between]),
    ...(options.coupling === undefined || options.coupling === "none"
      ? {}
      : { coupling: options.coupling }),
    ...(info === undefined ? {} : { nodeInfo: info }),
  });
}

/** Reads a muxViz layout file into facts per node ID. @throws CoupletError FILE_INVALID with the line */
export function readLayout(text: string, where = "layout"): Map<string, NodeInfo> {
  const [head, ...rows] = meaningfulLines(text);
  const columns = head === undefined ? [] : fields(head.text);
  if (!columns.includes("nodeID"))
    badLine(
      where,
      head?.number ?? 1,
      "a header with nodeID (and nodeLabel, nodeX, nodeY, nodeLat, nodeLong)",
      head?.text ?? "an empty file",
    );
  const at = (name: string): number => columns.indexOf(name);
  const info = new Map<string, NodeInfo>();
  for (const row of rows) {
    const parts = fields(row.text);
    if (parts.length < columns.length)
      badLine(
        where,
        row.number,
        `${columns.length} fields (${columns.join(" ")})`,
        `${parts.length}: "${row.text}"`,
      );
    // Every column has its field: a line with fewer is an error above.
    const field = (name: string): string => parts[at(name)] ?? "";
    const id = field("nodeID");
    if (info.has(id)) badLine(where, row.number, "each nodeID once", `"${id}" again`);
    const facts: Record<string, string | number> = {};
    if (at("nodeLabel") >= 0) facts["label"] = field("nodeLabel");
    for (const [column, key] of [
      ["nodeX", "x"],
      ["nodeY", "y"],
      ["nodeLat", "latitude"],
      ["nodeLong", "longitude"],
    ] as const) {
      if (at(column) >= 0) facts[key] = numberField(field(column), where, row.number, column);
    }
    info.set(id, facts);
  }
  return info;
}

/** Reads a muxViz layer-info file: layer ID to label. @throws CoupletError FILE_INVALID with the line */
export function readLayerInfo(text: string, where = "layer info"): Map<string, string> {
  const [head, ...rows] = meaningfulLines(text);
  if (head === undefined || !fields(head.text).includes("layerID"))
    badLine(where, head?.number ?? 1, "a header layerID layerLabel", head?.text ?? "an empty file");
  const names = new Map<string, string>();
  for (const row of rows) {
    const [id, ...label] = fields(row.text);
    if (id === undefined || label.length === 0)
      badLine(where, row.number, "layerID layerLabel", `"${row.text}"`);
    if (names.has(id)) badLine(where, row.number, "each layerID once", `"${id}" again`);
    names.set(id, label.join(" "));
  }
  return names;
}

function warningsOf(where: string, merged: readonly { readonly repeats: Repeats }[]): string[] {
  return repeatWarnings(where, totalRepeats(merged.map(({ repeats }) => repeats)), kept);
}

function edgeList(text: string, where: string, nodes: readonly string[] | undefined): Edge[] {
  const known = nodes === undefined ? undefined : new Set(nodes);
  return meaningfulLines(text).map((line): Edge => {
    const [a, b, w] = lineFields(line, [2, 3], where, "i j [weight]");
    for (const node of [a, b])
      if (known?.has(node) === false)
        badLine(where, line.number, "nodes that the layout names", `"${node}"`);
    return [a, b, w === undefined ? 1 : numberField(w, where, line.number, "weight")];
  });
}

function coupled(options: MuxVizOptions): { coupling?: Coupling } {
  if (options.coupling === "none") return {};
  return { coupling: options.coupling ?? { kind: "categorical" } };
}
