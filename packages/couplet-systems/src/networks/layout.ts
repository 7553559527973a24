import { breadthFirstOrder, layerGraph } from "./graph.ts";
import type { MultilayerNetwork } from "./multilayer.ts";

/** Positions in the unit square, x and y of each node. */
export type Layout = readonly (readonly [x: number, y: number])[];

/**
 * Positions for one layer: its breadth-first tree as rings around the node with most links, each
 * branch on its own sector. Quick for large sparse networks (grids, pipes); components other than the
 * first tree's stand in the middle.
 */
export function radialLayout(network: MultilayerNetwork, layer: number): Layout {
  const graph = layerGraph(network, layer);
  const n = graph.size;
  const root = breadthFirstOrder(graph)[0]!;
  const depth = new Int32Array(n).fill(-1);
  const children = Array.from({ length: n }, (): number[] => []);
  const order = [root];
  depth[root] = 0;
  for (const v of order) {
    for (let p = graph.start[v]!; p < graph.start[v + 1]!; p++) {
      const w = graph.neighbours[p]!;
      if (depth[w]! >= 0) continue;
      depth[w] = depth[v]! + 1;
      children[v]!.push(w);
      order.push(w);
    }
  }
  const leaves = new Float64Array(n);
  for (let k = order.length - 1; k >= 0; k--) {
    const v = order[k]!;
    leaves[v] = Math.max(
      1,
      children[v]!.reduce((sum, w) => sum + leaves[w]!, 0),
    );
  }
  const first = new Float64Array(n);
  for (const v of order) {
    let from = first[v]!;
    for (const w of children[v]!) {
      first[w] = from;
      from += leaves[w]!;
    }
  }
  const deepest = Math.max(1, depth[order.at(-1)!]!);
  return Array.from({ length: n }, (_, v) => {
    const angle = (2 * Math.PI * (first[v]! + leaves[v]! / 2)) / leaves[root]!;
    const radius = (0.5 * Math.max(0, depth[v]!)) / deepest;
    return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)] as const;
  });
}

/**
 * Positions for all nodes of a network, all links together as springs: the same node stands at
 * the same place in every layer. O(steps n^2): for up to some hundred nodes. Deterministic.
 *
 * @returns one position per name in `network.nodes`, spanning the unit square
 * @see Fruchterman & Reingold 1991, Software: Practice and Experience 21, 1129
 */
export function forceLayout(network: MultilayerNetwork, steps = 300): Layout {
  const n = network.nodes.length;
  // a sunflower: even, without symmetry that forces could not break
  const at = Array.from({ length: n }, (_, i): [number, number] => {
    const radius = 0.4 * Math.sqrt((i + 0.5) / n);
    return [0.5 + radius * Math.cos(2.4 * i), 0.5 + radius * Math.sin(2.4 * i)];
  });
  const springs = network.layers.flatMap((layer, a) => {
    const node = network.order.layers[a]!.index!;
    return Array.from(layer.from, (i, e) => [node[i]!, node[layer.to[e]!]!] as const);
  });
  for (const { source, target, from, to } of network.between) {
    const [above, below] = [source, target].map((a) => network.order.layers[a]!.index!);
    from.forEach((i, e) => {
      const [v, w] = [above![i]!, below![to[e]!]!];
      if (v !== w) springs.push([v, w]);
    });
  }
  const ideal = 0.75 / Math.sqrt(n);
  for (let step = 0; step < steps; step++) {
    const force = at.map((): [number, number] => [0, 0]);
    const act = (i: number, j: number, strength: (d: number) => number): void => {
      const [dx, dy] = [at[j]![0] - at[i]![0], at[j]![1] - at[i]![1]];
      const d = Math.max(1e-4, Math.hypot(dx, dy));
      const f = strength(d) / d;
      force[i]![0] += f * dx;
      force[i]![1] += f * dy;
      force[j]![0] -= f * dx;
      force[j]![1] -= f * dy;
    };
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) act(i, j, (d) => -(ideal ** 2) / d);
    for (const [i, j] of springs) act(i, j, (d) => (0.35 * d * d) / ideal);
    // the longest move shrinks to zero: the layout comes to rest
    const reach = 0.06 * (1 - step / steps);
    at.forEach((p, i) => {
      // A pull to the middle as weak as springs at rest: parts that nothing joins would drift apart without end.
      const [fx, fy] = [force[i]![0] + 0.5 - p[0], force[i]![1] + 0.5 - p[1]];
      const size = Math.max(1e-9, Math.hypot(fx, fy));
      p[0] += (fx / size) * Math.min(size, reach);
      p[1] += (fy / size) * Math.min(size, reach);
    });
  }
  for (const axis of [0, 1] as const) {
    const values = at.map((p) => p[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (const p of at) p[axis] = high > low ? (p[axis] - low) / (high - low) : 0.5;
  }
  return at;
}
