import { checkOptions } from "couplet/kit";
import {
  multilayerNetwork,
  type Edge,
  type MultilayerNetwork,
  type NetworkLayerSpec,
} from "../multilayer.ts";
import { badLine, fields, meaningfulLines, numberField } from "./lines.ts";
import { mergeRepeated, repeatWarnings, totalRepeats } from "./repeated-links.ts";

/** Options of {@link readEdgeList}. */
export interface EdgeListOptions {
  readonly where?: string;
  readonly directed?: boolean;
  /** Name of the layer that a file without a layer column makes; default "layer". */
  readonly layer?: string;
}

const roles: Readonly<Record<string, "from" | "to" | "weight" | "layer">> = {
  from: "from",
  source: "from",
  src: "from",
  i: "from",
  u: "from",
  node1: "from",
  to: "to",
  target: "to",
  dst: "to",
  j: "to",
  v: "to",
  node2: "to",
  weight: "weight",
  w: "weight",
  layer: "layer",
};

/**
 * Reads an edge list in CSV, TSV or white-space form. A header naming `from,to[,weight][,layer]` (or
 * `source,target`, ...) may come first; without one the columns are from, to, weight. Other columns are left
 * out. With a layer column the links go to layers of those names, coupled by nothing.
 *
 * Layers are simple graphs, as NetworkX's `read_edgelist` makes them: a link listed again (in an undirected layer in
 * either direction) is the same link with the last listing's weight, and a node may have a link to itself.
 *
 * @throws CoupletError FILE_INVALID with the line
 */
export function readEdgeList(text: string, options: EdgeListOptions = {}): MultilayerNetwork {
  checkOptions("readEdgeList", options, { where: true, directed: true, layer: true });
  return multilayerNetwork(edgeListLayers(text, options));
}

/** The layers of an edge list as plain data, to be joined with others, and what was merged in them. */
export function edgeListLayers(
  text: string,
  options: EdgeListOptions = {},
): { readonly layers: readonly NetworkLayerSpec[]; readonly warnings: readonly string[] } {
  checkOptions("edgeListLayers", options, { where: true, directed: true, layer: true });
  const where = options.where ?? "edge list";
  const lines = meaningfulLines(text);
  const first = lines[0];
  if (first === undefined) return badLine(where, 1, "at least one edge", "an empty file");
  const split = first.text.includes(",")
    ? (t: string) => csvFields(t, ",")
    : first.text.includes(";")
      ? (t: string) => csvFields(t, ";")
      : fields;
  const head = split(first.text).map((name) => roles[name.toLowerCase()]);
  const hasHeader = head.includes("from") && head.includes("to");
  const columns = hasHeader ? head : (["from", "to", "weight"] as const);
  const at = (role: string): number => (columns as readonly (string | undefined)[]).indexOf(role);
  const byLayer = new Map<string, Edge[]>();
  for (const line of hasHeader ? lines.slice(1) : lines) {
    const parts = split(line.text);
    const [from, to] = [parts[at("from")], parts[at("to")]];
    if (from === undefined || to === undefined || from === "" || to === "")
      badLine(where, line.number, "two nodes", `"${line.text}"`);
    const weightField = at("weight") < 0 ? undefined : parts[at("weight")];
    const layer =
      at("layer") < 0
        ? (options.layer ?? "layer")
        : (parts[at("layer")] ?? badLine(where, line.number, "a layer", `"${line.text}"`));
    const edges = byLayer.get(layer) ?? [];
    byLayer.set(layer, edges);
    edges.push([
      from!,
      to!,
      weightField === undefined ? 1 : numberField(weightField, where, line.number, "weight"),
    ]);
  }
  const directed = options.directed ?? false;
  const merged = Array.from(byLayer, ([name, edges]) => ({
    name,
    ...mergeRepeated(edges, "last", directed),
  }));
  return {
    layers: merged.map(({ name, links }) => ({ name, edges: links, directed })),
    warnings: repeatWarnings(
      where,
      totalRepeats(merged.map(({ repeats }) => repeats)),
      "each is one link, with the last weight",
    ),
  };
}

/** Fields of one CSV line; double quotes keep separators, doubled quotes stand for one. */
function csvFields(text: string, separator: string): string[] {
  const out: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') field += text[i++];
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === separator) {
      out.push(field.trim());
      field = "";
    } else field += c;
  }
  out.push(field.trim());
  return out;
}
