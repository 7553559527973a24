import type { LinkArrays, MultilayerNetwork } from "./multilayer.ts";

/** Neighbour lists in compressed form: those of v are `neighbours[start[v] .. start[v + 1] - 1]`. Directions are ignored. */
export interface Graph {
  readonly size: number;
  readonly start: Int32Array;
  readonly neighbours: Int32Array;
}

/** Neighbour lists of undirected links; self-loops and repeated links stay as they are. */
export function graphOf(size: number, links: readonly Pick<LinkArrays, "from" | "to">[]): Graph {
  const start = new Int32Array(size + 1);
  for (const { from, to } of links) {
    for (let e = 0; e < from.length; e++) {
      start[from[e]! + 1]!++;
      start[to[e]! + 1]!++;
    }
  }
  for (let v = 0; v < size; v++) start[v + 1]! += start[v]!;
  const next = start.slice(0, size);
  const neighbours = new Int32Array(start[size]!);
  for (const { from, to } of links) {
    for (let e = 0; e < from.length; e++) {
      neighbours[next[from[e]!]!++] = to[e]!;
      neighbours[next[to[e]!]!++] = from[e]!;
    }
  }
  return { size, start, neighbours };
}

/** The links of one layer. */
export function layerGraph(network: MultilayerNetwork, layer: number): Graph {
  const own = network.layers[layer]!;
  return graphOf(own.nodes.length, [own]);
}

/** All links of a network, inside and between layers, over its state nodes. */
export function supraGraph(network: MultilayerNetwork): Graph {
  const offset = (a: number): number => network.order.offset(network.layers[a]!.name);
  const shifted = (links: LinkArrays, a: number, b: number): Pick<LinkArrays, "from" | "to"> => ({
    from: links.from.map((i) => i + offset(a)),
    to: links.to.map((j) => j + offset(b)),
  });
  return graphOf(network.size, [
    ...network.layers.map((layer, a) => shifted(layer, a, a)),
    ...network.between.map((links) => shifted(links, links.source, links.target)),
  ]);
}

/** Number of links at each node (a self-loop counts twice). */
export function degrees(graph: Graph): Int32Array {
  return Int32Array.from({ length: graph.size }, (_, v) => graph.start[v + 1]! - graph.start[v]!);
}

/** Connected components of the nodes that are alive. */
export interface Components {
  /** Component of each node, -1 for a dead one; numbered in order of their first node. */
  readonly label: Int32Array;
  readonly sizes: readonly number[];
  /** The component with most nodes; the one found first wins ties; -1 if all are dead. */
  readonly largest: number;
}

/** Connected components among the alive nodes (all, if `alive` is left out). */
export function components(graph: Graph, alive?: Uint8Array): Components {
  const label = new Int32Array(graph.size).fill(-1);
  const queue = new Int32Array(graph.size);
  const sizes: number[] = [];
  let largest = -1;
  for (let root = 0; root < graph.size; root++) {
    if (label[root]! >= 0 || (alive !== undefined && alive[root] === 0)) continue;
    const id = sizes.length;
    let [head, tail] = [0, 1];
    queue[0] = root;
    label[root] = id;
    while (head < tail) {
      const v = queue[head++]!;
      for (let p = graph.start[v]!; p < graph.start[v + 1]!; p++) {
        const w = graph.neighbours[p]!;
        if (label[w]! >= 0 || (alive !== undefined && alive[w] === 0)) continue;
        label[w] = id;
        queue[tail++] = w;
      }
    }
    sizes.push(tail);
    if (largest < 0 || tail > sizes[largest]!) largest = id;
  }
  return { label, sizes, largest };
}

/** Nodes in breadth-first order from the node with most links (component by component): neighbours stay near each other. */
export function breadthFirstOrder(graph: Graph): Int32Array {
  const degree = degrees(graph);
  const byDegree = Array.from({ length: graph.size }, (_, v) => v).sort(
    (a, b) => degree[b]! - degree[a]! || a - b,
  );
  const seen = new Uint8Array(graph.size);
  const order = new Int32Array(graph.size);
  let tail = 0;
  let head = 0;
  for (const root of byDegree) {
    if (seen[root] === 1) continue;
    seen[root] = 1;
    order[tail++] = root;
    while (head < tail) {
      const v = order[head++]!;
      for (let p = graph.start[v]!; p < graph.start[v + 1]!; p++) {
        const w = graph.neighbours[p]!;
        if (seen[w] === 1) continue;
        seen[w] = 1;
        order[tail++] = w;
      }
    }
  }
  return order;
}
