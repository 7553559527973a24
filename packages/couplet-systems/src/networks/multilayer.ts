import { CoupletError, nearest } from "couplet/kit";
import { checkNetwork } from "./check-network.ts";
import { nodeOrder, type NodeOrder } from "../supra/node-order.ts";

/** A link inside a layer: two nodes and a weight (default 1). In a directed layer it runs from the first to the second. */
export type Edge = readonly [from: string, to: string, weight?: number];

/** A node of a layer. */
export type StateNode = readonly [layer: string, node: string];

/** A link between layers. */
export type InterlayerEdge = readonly [from: StateNode, to: StateNode, weight?: number];

/**
 * How a node is linked to itself in other layers: `categorical` with every layer that has it, `ordinal`
 * with the layers next to its own, or by a symmetric matrix of weights in the order of the layers.
 */
export type Coupling =
  | { readonly kind: "categorical" | "ordinal"; readonly weight?: number }
  | { readonly kind: "matrix"; readonly weights: readonly (readonly number[])[] };

/** One layer of a {@link MultilayerSpec}. */
export interface NetworkLayerSpec {
  readonly name: string;
  /** Nodes present in this layer; default those that its edges name. A list also fixes their order. */
  readonly nodes?: readonly string[];
  readonly edges: readonly Edge[];
  readonly directed?: boolean;
}

/** A multilayer network as plain data; what all readers produce. */
export interface MultilayerSpec {
  readonly layers: readonly NetworkLayerSpec[];
  /** Links of each node to itself across layers; default none. */
  readonly coupling?: Coupling;
  /** Any other links between layers, e.g. from a power node to the pump that it feeds. */
  readonly links?: readonly InterlayerEdge[];
  /** Whether `links` run one way; default both ways. */
  readonly linksDirected?: boolean;
  /** Label, position and other facts per node, where a file gave them. */
  readonly nodeInfo?: ReadonlyMap<string, NodeInfo>;
  /** Links and columns that a reader merged or left out, as sentences. */
  readonly warnings?: readonly string[];
}

/** A node in a layout file. */
export interface NodeInfo {
  readonly label?: string;
  readonly x?: number;
  readonly y?: number;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** Links as arrays: from unknown `from[e]` of the source layer to unknown `to[e]` of the target layer. */
export interface LinkArrays {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/** A layer with numbered nodes. */
export interface NetworkLayer extends LinkArrays {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly directed: boolean;
}

/** Links from one layer to another (by position in `layers`). */
export interface InterlayerLinks extends LinkArrays {
  readonly source: number;
  readonly target: number;
  readonly directed: boolean;
}

/** A multilayer network with an explicit order of its state nodes: layer by layer, nodes in layer order. */
export interface MultilayerNetwork {
  readonly layers: readonly NetworkLayer[];
  readonly between: readonly InterlayerLinks[];
  /** All node names, in order of first appearance. */
  readonly nodes: readonly string[];
  /** Which (layer, node number) sits at which index of every supra matrix. */
  readonly order: NodeOrder;
  /** Number of state nodes (node, layer). */
  readonly size: number;
  /** Whether any link is directed. */
  readonly directed: boolean;
  /** Whether every layer has the same nodes in the same order. */
  readonly aligned: boolean;
  /** Index of a state node. @throws CoupletError DATA_INVALID if it does not exist */
  indexOf(layer: string, node: string): number;
  /** The state node at an index. */
  at(index: number): StateNode;
  readonly nodeInfo: ReadonlyMap<string, NodeInfo>;
  /** Links that a reader merged or left out, and parallel links, as sentences; empty if none. */
  readonly warnings: readonly string[];
}

function fail(where: string, expected: string, received: string, hint?: string): never {
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Builds a multilayer network. A node that is missing from a layer gets no index there (a dummy row
 * would add a zero eigenvalue). Parallel links stay apart here and add up in matrices; `warnings` counts them.
 *
 * @throws CoupletError USAGE for unknown keys; DATA_INVALID for no layers, a repeated name, an unknown layer or node, or a weight that is
 *   not finite; a coupling weight that is not positive or a coupling matrix that is not symmetric
 */
export function multilayerNetwork(spec: MultilayerSpec): MultilayerNetwork {
  checkNetwork(spec);
  if (spec.layers.length === 0) fail("layers", "at least one layer", "none");
  const nodes: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    let number = numbers.get(name);
    if (number === undefined) {
      number = nodes.length;
      numbers.set(name, number);
      nodes.push(name);
    }
    return number;
  };

  const layers = spec.layers.map(readLayer);

  const index = layers.map((layer) => Int32Array.from(layer.nodes, numberOf));
  const aligned = index.every(
    (own) => own.length === index[0]!.length && own.every((node, i) => node === index[0]![i]),
  );
  const order = nodeOrder(
    layers.map((layer, a) => ({ name: layer.name, size: layer.nodes.length, index: index[a]! })),
  );
  const place = placesOf(layers);
  const between = readLinks(spec, place);
  const inside = index.map((own) => new Map(Array.from(own, (node, i) => [node, i])));
  for (const [a, b, weight] of couplingPairs(spec.coupling, layers.length, fail)) {
    const entries: (readonly [number, number, number])[] = [];
    index[a]!.forEach((node, i) => {
      const j = inside[b]!.get(node);
      if (j !== undefined) entries.push([i, j, weight]);
    });
    if (entries.length > 0)
      between.push({ source: a, target: b, directed: false, ...arrays(entries) });
  }

  return {
    layers,
    between,
    nodes,
    order,
    aligned,
    size: order.size,
    directed: layers.some((layer) => layer.directed) || between.some((links) => links.directed),
    nodeInfo: spec.nodeInfo ?? new Map(),
    warnings: [...(spec.warnings ?? []), ...parallelWarnings(layers, between)],
    indexOf: (layer, node) => {
      const [a, i] = place("indexOf", [layer, node]);
      return order.offset(layers[a]!.name) + i;
    },
    at: (i) => {
      const { layer, node } = order.placeOf(i);
      return [layer, nodes[node]!];
    },
  };
}

/**
 * The network with links between its layers added; layers, nodes and their order stay.
 *
 * @throws CoupletError DATA_INVALID as {@link multilayerNetwork} does for `links`
 */
export function withLinks(
  network: MultilayerNetwork,
  links: readonly InterlayerEdge[],
): MultilayerNetwork {
  const added = readLinks({ links }, placesOf(network.layers));
  return {
    ...network,
    between: [...network.between, ...added],
    warnings: [...network.warnings, ...parallelLinkWarnings(network.layers, added)],
  };
}

/** The layer and the position in it of a state node. */
type Places = (where: string, at: StateNode) => readonly [number, number];

function placesOf(layers: readonly NetworkLayer[]): Places {
  const layerAt = new Map(layers.map((layer, a) => [layer.name, a]));
  const inside = layers.map(({ nodes }) => new Map(nodes.map((node, i) => [node, i])));
  return (where, [layer, node]) => {
    const a = layerAt.get(layer);
    if (a === undefined) {
      const names = [...layerAt.keys()];
      return fail(where, `one of the layers ${names.join(", ")}`, `"${layer}"`, near(layer, names));
    }
    const i = inside[a]!.get(node);
    if (i === undefined)
      return fail(where, `a node of layer "${layer}"`, `"${node}"`, near(node, layers[a]!.nodes));
    return [a, i];
  };
}

/** A layer with positions for its nodes, in order of appearance where the layer does not list them. */
function readLayer(layer: MultilayerSpec["layers"][number]): NetworkLayer {
  const where = `layer "${layer.name}"`;
  const position = new Map<string, number>();
  for (const name of layer.nodes ?? []) {
    if (position.has(name)) fail(where, "each node once", `node "${name}" twice`);
    position.set(name, position.size);
  }
  const place = (name: string): number => {
    const found = position.get(name);
    if (found !== undefined) return found;
    if (layer.nodes !== undefined)
      fail(where, "edges between its nodes", `an edge to "${name}"`, near(name, layer.nodes));
    position.set(name, position.size);
    return position.size - 1;
  };
  const [from, to, weights] = [
    new Int32Array(layer.edges.length),
    new Int32Array(layer.edges.length),
    new Float64Array(layer.edges.length),
  ];
  layer.edges.forEach(([a, b, weight = 1], e) => {
    if (!Number.isFinite(weight))
      fail(`${where}, edge ${e} (${a}, ${b})`, "a finite weight", `${weight}`);
    from[e] = place(a);
    to[e] = place(b);
    weights[e] = weight;
  });
  return {
    name: layer.name,
    nodes: [...position.keys()],
    from,
    to,
    weights,
    directed: layer.directed === true,
  };
}

/** Links between layers, one group for each pair of layers (both ways) or each direction. */
function readLinks(
  spec: Pick<MultilayerSpec, "links" | "linksDirected">,
  place: Places,
): InterlayerLinks[] {
  const between: InterlayerLinks[] = [];
  const groups = new Map<
    string,
    { source: number; target: number; entries: (readonly [number, number, number])[] }
  >();
  (spec.links ?? []).forEach(([from, to, weight = 1], e) => {
    const where = `links[${e}]`;
    if (!Number.isFinite(weight)) fail(where, "a finite weight", `${weight}`);
    let [[a, i], [b, j]] = [place(where, from), place(where, to)];
    if (a === b) fail(where, "a link between two layers", `both ends in "${from[0]}"`);
    // both ways: one group per pair of layers
    if (spec.linksDirected !== true && a > b)
      [[a, i], [b, j]] = [
        [b, j],
        [a, i],
      ];
    const key = `${a},${b}`;
    const group = groups.get(key) ?? { source: a, target: b, entries: [] };
    groups.set(key, group);
    group.entries.push([i, j, weight]);
  });
  for (const { source, target, entries } of groups.values()) {
    between.push({ source, target, directed: spec.linksDirected === true, ...arrays(entries) });
  }
  return between;
}

const near = (name: string, allowed: readonly string[]): string | undefined => {
  const found = allowed.length > 5000 ? undefined : nearest(name, allowed);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
};

const arrays = (entries: readonly (readonly [number, number, number])[]): LinkArrays => ({
  from: Int32Array.from(entries, (e) => e[0]),
  to: Int32Array.from(entries, (e) => e[1]),
  weights: Float64Array.from(entries, (e) => e[2]),
});

/** One sentence for each layer, and each pair of layers, with parallel links. */
function parallelWarnings(
  layers: readonly NetworkLayer[],
  between: readonly InterlayerLinks[],
): string[] {
  return [
    ...layers.flatMap((layer) =>
      parallelWarning(
        `layer "${layer.name}"`,
        parallelLinks(layer, layer.nodes.length, !layer.directed),
      ),
    ),
    ...parallelLinkWarnings(layers, between),
  ];
}

/** Undirected links between layers run from the lower to the higher layer already. */
function parallelLinkWarnings(
  layers: readonly NetworkLayer[],
  between: readonly InterlayerLinks[],
): string[] {
  return between.flatMap((links) => {
    const [source, target] = [layers[links.source]!, layers[links.target]!];
    return parallelWarning(
      `links from layer "${source.name}" to "${target.name}"`,
      parallelLinks(links, target.nodes.length, false),
    );
  });
}

function parallelWarning(where: string, count: number): string[] {
  if (count === 0) return [];
  return [
    `${where}: ${count} ${count === 1 ? "link is" : "links are"} parallel to another one; their weights add up`,
  ];
}

function parallelLinks({ from, to }: LinkArrays, width: number, eitherWay: boolean): number {
  const pairs = new Set<number>();
  for (let e = 0; e < from.length; e++) {
    const [a, b] = eitherWay && from[e]! > to[e]! ? [to[e]!, from[e]!] : [from[e]!, to[e]!];
    pairs.add(a * width + b);
  }
  return from.length - pairs.size;
}

function couplingPairs(
  coupling: Coupling | undefined,
  count: number,
  fail: (where: string, expected: string, received: string) => never,
): (readonly [number, number, number])[] {
  if (coupling === undefined) return [];
  const pairs: (readonly [number, number, number])[] = [];
  if (coupling.kind === "matrix") {
    const w = coupling.weights;
    if (w.length !== count || w.some((row) => row.length !== count))
      fail(
        "coupling.weights",
        `a ${count} x ${count} matrix`,
        `${w.length} x ${w[0]?.length ?? 0}`,
      );
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        if (w[a]![b] !== w[b]![a])
          fail(
            `coupling.weights[${a}][${b}]`,
            `the same as [${b}][${a}]`,
            `${w[a]![b]} and ${w[b]![a]}`,
          );
        if (!(w[a]![b]! >= 0 && Number.isFinite(w[a]![b])))
          fail(`coupling.weights[${a}][${b}]`, "a weight of 0 or more", `${w[a]![b]}`);
        if (w[a]![b]! > 0) pairs.push([a, b, w[a]![b]!]);
      }
    }
    return pairs;
  }
  const weight = coupling.weight ?? 1;
  if (!(weight > 0 && Number.isFinite(weight)))
    fail("coupling.weight", "a positive weight", `${weight}`);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++)
      if (coupling.kind === "categorical" || b === a + 1) pairs.push([a, b, weight]);
  }
  return pairs;
}
