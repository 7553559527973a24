import { CoupletError, checkOptions, checkWord, shuffled, requireOptions } from "couplet/kit";
import { refuseValue, requireNames } from "../spec-value.ts";
import { mutual } from "./cascade.ts";
import { components, degrees, graphOf, layerGraph, type Graph } from "./graph.ts";
import { extremalPair } from "./extremal.ts";
import { toCsr } from "../linear-algebra/matrix/convert.ts";
import { supraAdjacency } from "./supra-matrices.ts";
import type { MultilayerNetwork } from "./multilayer.ts";

/** Which nodes go first. */
export type RemovalStrategy =
  | { readonly kind: "random"; readonly seed: number }
  /** Most links first, summed over all layers; `adaptive` counts again after each removal. */
  | { readonly kind: "degree"; readonly adaptive?: boolean }
  /** Largest entry of the leading eigenvector of the supra-adjacency matrix first, summed over replicas. */
  | { readonly kind: "eigenvector" }
  /** A given order of node names. */
  | { readonly kind: "order"; readonly nodes: readonly string[] };

/** Options of {@link removalCurve}. */
export interface RemovalOptions {
  readonly strategy: RemovalStrategy;
  /**
   * What counts as working: `giant` (default), nodes in the largest component of the network of all layers;
   * `mutual`, nodes in the mutual giant component (all layers needed, same nodes).
   */
  readonly works?: "giant" | "mutual";
  /** Number of points after the first; default one per node up to 100. */
  readonly points?: number;
  /** Called after each point of the curve. */
  readonly onPoint?: (removed: number) => void;
}

/** How a network falls apart as nodes are taken out. */
export interface RemovalCurve {
  /** Nodes (with all their replicas) removed at each point. */
  readonly removed: Int32Array;
  /** Fraction of all nodes that works at each point. */
  readonly working: Float64Array;
  /** Fraction in the second-largest component: it peaks where the network breaks (0 for `mutual`). */
  readonly second: Float64Array;
  /** Area under the curve, from 0 to 1 / 2: Schneider's robustness R for removal of all nodes. */
  readonly robustness: number;
  /** Fraction removed where `second` is largest: an estimate of the percolation threshold 1 - p_c. */
  readonly breakingPoint: number;
  readonly order: readonly string[];
}

const STRATEGIES = ["random", "degree", "eigenvector", "order"] as const;

/**
 * Removes nodes from all layers at once and follows the fraction of nodes that still works.
 *
 * @throws CoupletError USAGE for unknown options and strategies; DATA_INVALID for an order with unknown or repeated nodes; for `mutual` on layers with different nodes
 * @see Schneider et al. 2011, PNAS 108, 3838
 */
export function removalCurve(network: MultilayerNetwork, options: RemovalOptions): RemovalCurve {
  checkOptions("removalCurve", options, {
    strategy: true,
    works: ["giant", "mutual"],
    points: 0,
    onPoint: "function",
  });
  requireOptions<{
    readonly kind: RemovalStrategy["kind"];
    readonly seed?: number;
    readonly adaptive?: boolean;
    readonly nodes?: readonly string[];
  }>("removalCurve: strategy", options.strategy, {
    kind: STRATEGIES,
    seed: 0,
    adaptive: false,
    nodes: true,
  });
  const { strategy } = options;
  checkWord("removalCurve: strategy: kind", strategy.kind, STRATEGIES);
  if (strategy.kind === "random") requireNames("removalCurve: strategy", strategy, ["seed"]);
  if (strategy.kind === "order" && !Array.isArray(strategy.nodes))
    refuseValue("removalCurve: strategy.nodes", "a list of nodes", strategy.nodes);
  const n = network.nodes.length;
  const works = options.works ?? "giant";
  if (works === "mutual" && !network.aligned) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "removalCurve.works",
      expected: "layers with the same nodes in the same order for `mutual`",
      received: "layers that differ",
    });
  }
  const merged = mergedGraph(network);
  const order = removalOrder(network, merged, options.strategy);
  const points = Math.min(options.points ?? Math.min(100, n), order.length);
  const graphs = works === "mutual" ? network.layers.map((_, a) => layerGraph(network, a)) : [];
  const removed = Int32Array.from({ length: points + 1 }, (_, k) =>
    Math.round((k * order.length) / points),
  );
  const working = new Float64Array(points + 1);
  const second = new Float64Array(points + 1);
  removed.forEach((count, k) => {
    const gone = order.subarray(0, count);
    if (works === "mutual") working[k] = mutual(graphs, gone).size / n;
    else {
      const alive = new Uint8Array(n).fill(1);
      for (const v of gone) alive[v] = 0;
      const sizes = [...components(merged, alive).sizes].sort((a, b) => b - a);
      working[k] = (sizes[0] ?? 0) / n;
      second[k] = (sizes[1] ?? 0) / n;
    }
    options.onPoint?.(count);
  });
  let area = 0;
  for (let k = 1; k <= points; k++)
    area += ((working[k]! + working[k - 1]!) / 2) * ((removed[k]! - removed[k - 1]!) / n);
  let peak = 0;
  second.forEach((s, k) => {
    if (s > second[peak]!) peak = k;
  });
  return {
    removed,
    working,
    second,
    robustness: area,
    breakingPoint: removed[peak]! / n,
    order: Array.from(order, (v) => network.nodes[v]!),
  };
}

/** All layers laid on each other: nodes are joined if any layer (or a link between layers) joins them. */
function mergedGraph(network: MultilayerNetwork): Graph {
  const node = network.order.layers.map((layer) => layer.index!);
  const map = (index: ArrayLike<number>, at: Int32Array): Int32Array => at.map((i) => index[i]!);
  return graphOf(network.nodes.length, [
    ...network.layers.map((layer, a) => ({
      from: map(node[a]!, layer.from),
      to: map(node[a]!, layer.to),
    })),
    ...network.between.map((links) => ({
      from: map(node[links.source]!, links.from),
      to: map(node[links.target]!, links.to),
    })),
  ]);
}

function removalOrder(
  network: MultilayerNetwork,
  merged: Graph,
  strategy: RemovalStrategy,
): Int32Array {
  const n = network.nodes.length;
  const byScore = (score: ArrayLike<number>): Int32Array =>
    Int32Array.from({ length: n }, (_, v) => v).sort((a, b) => score[b]! - score[a]! || a - b);
  switch (strategy.kind) {
    case "random":
      return shuffled(n, strategy.seed);
    case "degree": {
      const degree = degreesWithoutReplicas(merged);
      return strategy.adaptive === true ? adaptiveOrder(merged, degree) : byScore(degree);
    }
    case "eigenvector": {
      if (network.directed)
        throw new CoupletError({
          code: "NOT_SUPPORTED",
          where: "removalCurve.strategy",
          expected: "an undirected network for eigenvector",
          received: "directed links",
        });
      const { vector } = extremalPair(toCsr(supraAdjacency(network)), "LA");
      const score = new Float64Array(n);
      vector.forEach((x, i) => {
        score[network.order.placeOf(i).node]! += Math.abs(x);
      });
      return byScore(score);
    }
    case "order": {
      const number = new Map(network.nodes.map((name, v) => [name, v]));
      const seen = new Set<number>();
      return Int32Array.from(strategy.nodes, (name) => {
        const v = number.get(name);
        if (v === undefined || seen.has(v)) {
          throw new CoupletError({
            code: "DATA_INVALID",
            where: "removalCurve.strategy.nodes",
            expected: "each node of the network at most once",
            received: `"${name}"`,
          });
        }
        seen.add(v);
        return v;
      });
    }
  }
}

/** Degrees in the merged graph without the links of a node to its own replicas. */
function degreesWithoutReplicas(merged: Graph): Int32Array {
  const degree = degrees(merged);
  for (let v = 0; v < merged.size; v++) {
    for (let p = merged.start[v]!; p < merged.start[v + 1]!; p++)
      if (merged.neighbours[p] === v) degree[v]!--;
  }
  return degree;
}

function adaptiveOrder(graph: Graph, degree: Int32Array): Int32Array {
  const left = Int32Array.from(degree);
  const gone = new Uint8Array(graph.size);
  const order = new Int32Array(graph.size);
  for (let k = 0; k < graph.size; k++) {
    let best = -1;
    for (let v = 0; v < graph.size; v++)
      if (gone[v] === 0 && (best < 0 || left[v]! > left[best]!)) best = v;
    gone[best] = 1;
    order[k] = best;
    for (let p = graph.start[best]!; p < graph.start[best + 1]!; p++) left[graph.neighbours[p]!]!--;
  }
  return order;
}
