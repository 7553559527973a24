import { CoupletError, checkOptions } from "couplet/kit";

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
 * Refuses unknown names in a network, its layers and its coupling, and ends of links that are no names: callers in JavaScript have no
 * compiler, and a typing error in a name would be a weight of 1 or links both ways.
 *
 * @throws CoupletError USAGE for a name, DATA_INVALID for an end
 */
export function checkNetwork(spec: Checked): void {
  checkOptions("multilayerNetwork", spec, {
    layers: true,
    coupling: true,
    links: true,
    linksDirected: true,
    nodeInfo: true,
    warnings: true,
  });
  for (const [a, layer] of spec.layers.entries()) {
    checkOptions(`layers[${a}]`, layer, { name: "", nodes: true, edges: true, directed: true });
    if (!Array.isArray(layer.edges)) refuse(`layers[${a}].edges`, "a list of links", layer.edges);
    for (const [e, edge] of layer.edges.entries())
      if (typeof edge[0] !== "string" || typeof edge[1] !== "string")
        refuse(`layers[${a}].edges[${e}]`, "two names and a weight", edge);
  }
  const { coupling } = spec;
  if (coupling === undefined) return;
  if (coupling.kind === "matrix")
    checkOptions("coupling", coupling, { kind: ["matrix"], weights: true });
  else
    checkOptions("coupling", coupling, {
      kind: ["categorical", "ordinal"],
      weight: true,
    });
}

function refuse(where: string, expected: string, received: unknown): never {
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected,
    received: JSON.stringify(received) ?? "none",
  });
}
