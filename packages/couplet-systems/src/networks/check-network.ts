import { checkOptions } from "couplet/kit";
import { refuseValue, requireObject } from "../spec-value.ts";

/** The shape of what a network is built from. */
interface Checked {
  readonly layers: readonly {
    readonly name: string;
    readonly nodes?: unknown;
    readonly edges: readonly (readonly unknown[])[];
    readonly directed?: unknown;
  }[];
  readonly coupling?:
    | { readonly kind: "categorical" | "ordinal"; readonly weight?: unknown }
    | { readonly kind: "matrix"; readonly weights: unknown };
  readonly links?: unknown;
  readonly linksDirected?: unknown;
  readonly nodeInfo?: unknown;
  readonly warnings?: unknown;
}

/**
 * Refuses unknown names in a network, its layers and its coupling, and ends of links that are not names: callers in JavaScript have no
 * compiler, and a typing error in a name would be a weight of 1 or links both ways.
 *
 * @throws CoupletError USAGE for a name, DATA_INVALID for an end
 */
export function checkNetwork(spec: Checked): void {
  requireObject("multilayerNetwork", "a network: an object with layers", spec);
  checkOptions("multilayerNetwork", spec, {
    layers: true,
    coupling: true,
    links: true,
    linksDirected: true,
    nodeInfo: true,
    warnings: true,
  });
  const layers: unknown = spec.layers;
  if (!Array.isArray(layers)) refuseValue("layers", "a list of layers", layers);
  for (const [a, layer] of spec.layers.entries()) {
    requireObject(`layers[${a}]`, "an object with a name and edges", layer);
    checkOptions(`layers[${a}]`, layer, { name: "", nodes: true, edges: true, directed: true });
    if (layer.name === undefined) refuseValue(`layers[${a}].name`, "a text", layer.name);
    if (layer.nodes !== undefined && !Array.isArray(layer.nodes))
      refuseValue(`layers[${a}].nodes`, "a list of names", layer.nodes);
    if (!Array.isArray(layer.edges))
      refuseValue(`layers[${a}].edges`, "a list of links", layer.edges);
    for (const [e, edge] of layer.edges.entries())
      if (!Array.isArray(edge) || typeof edge[0] !== "string" || typeof edge[1] !== "string")
        refuseValue(`layers[${a}].edges[${e}]`, "two names and a weight", edge);
  }
  checkLinks(spec.links);
  const { coupling } = spec;
  if (coupling === undefined) return;
  const expected = "an object with a kind: categorical, ordinal or matrix";
  requireObject("coupling", expected, coupling);
  if (coupling.kind === undefined) refuseValue("coupling", expected, coupling);
  if (coupling.kind === "matrix") {
    checkOptions("coupling", coupling, { kind: ["matrix"], weights: true });
    const { weights } = coupling;
    if (!Array.isArray(weights) || !weights.every((row) => Array.isArray(row)))
      refuseValue("coupling.weights", "a list of rows", weights);
  } else
    checkOptions("coupling", coupling, {
      kind: ["categorical", "ordinal"],
      weight: true,
    });
}

/** Links between layers: two ends, each a layer and a node. */
function checkLinks(links: unknown): void {
  if (links === undefined) return;
  if (!Array.isArray(links)) refuseValue("links", "a list of links", links);
  for (const [e, link] of links.entries())
    if (!Array.isArray(link) || !isEnd(link[0]) || !isEnd(link[1]))
      refuseValue(`links[${e}]`, "two ends, each a layer and a node, and a weight", link);
}

function isEnd(end: unknown): boolean {
  return Array.isArray(end) && typeof end[0] === "string" && typeof end[1] === "string";
}
