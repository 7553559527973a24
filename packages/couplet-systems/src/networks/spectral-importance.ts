/** Which nodes and links a spectral measure of a multilayer network hangs on, together and in each layer alone. */
import { CoupletError, checkOptions } from "couplet/kit";
import type { MultilayerNetwork, StateNode } from "./multilayer.ts";
import {
  exactDrops,
  firstOrderDrops,
  type Drops,
  type ImportanceMeasure,
  type WeightedGraph,
} from "./spectral-drops.ts";
import type { SupraOptions } from "./supra-matrices.ts";

/** Options of {@link spectralImportance}. */
export interface SpectralImportanceOptions extends SupraOptions {
  /**
   * `exact` computes the measure again without each node and link; `firstOrder` takes the eigenvectors of the whole.
   * Default exact while state nodes times (nodes and links) stay below 20,000, first order above.
   */
  readonly method?: "exact" | "firstOrder";
}

/** The drop of a measure with the removal of one node or link. */
export interface Importance {
  /** Drop of the measure of the coupled network. */
  readonly together: number;
  /** Drop of the measure of its layer alone; null for a link between layers. */
  readonly alone: number | null;
  /** 1 for the greatest drop of all nodes (or links) together; equal drops share a rank. */
  readonly rank: number;
  /** The same within its layer alone. */
  readonly rankAlone: number | null;
  /**
   * Among the `top` greatest together with a drop above 0, and not among the `top` greatest of its layer alone with a drop
   * above 0: a layer in parts has an algebraic connectivity of 0, and no link of it matters to that alone. False for links
   * between layers, which no layer alone has.
   */
  readonly hidden: boolean;
}

/** The result of {@link spectralImportance}. */
export interface SpectralImportance {
  readonly measure: ImportanceMeasure;
  readonly method: "exact" | "firstOrder";
  /** The measure of the coupled network, and of each layer alone. */
  readonly value: number;
  readonly layers: readonly number[];
  /** How many of the greatest drops `hidden` looks at: a sixth, from 1 to 10. */
  readonly top: { readonly nodes: number; readonly links: number };
  /** State nodes, greatest drop together first. */
  readonly nodes: readonly (Importance & { readonly at: StateNode; readonly index: number })[];
  /** Links, greatest drop together first. */
  readonly links: readonly (Importance & { readonly from: StateNode; readonly to: StateNode })[];
}

const measures: readonly ImportanceMeasure[] = [
  "spectralRadius",
  "algebraicConnectivity",
  "naturalConnectivity",
];

/** An eigenvalue for each node and link: 60 state nodes with 250 links take a second. */
const exactLimit = 20_000;

/**
 * How much a spectral measure drops with each state node and each link: in the coupled network, and in the layer of the
 * node or link alone, M(network) - M(network without it). A drop may be negative: a pendant node that goes can raise
 * lambda_2.
 *
 * @param measure spectral radius (1 / epidemic threshold), algebraic connectivity (pace of the slowest relaxation) or
 *   natural connectivity (closed walks)
 * @throws CoupletError USAGE for an unknown measure or method; NOT_SUPPORTED for directed networks, and for natural
 *   connectivity above 3000 state nodes; DATA_INVALID for a negative weight
 */
export function spectralImportance(
  network: MultilayerNetwork,
  measure: ImportanceMeasure,
  options: SpectralImportanceOptions = {},
): SpectralImportance {
  checkOptions("spectralImportance", options, {
    coupling: 0,
    layerFactors: true,
    method: ["exact", "firstOrder"],
  });
  const method = checked(network, measure, options);
  const { coupling = 1, layerFactors = network.layers.map(() => 1) } = options;
  const drops = method === "exact" ? exactDrops : firstOrderDrops;
  const offset = network.layers.map(({ name }) => network.order.offset(name));
  const alone = network.layers.map(({ nodes, from, to, weights }, a): WeightedGraph => ({
    size: nodes.length,
    from,
    to,
    weights: weights.map((w) => w * layerFactors[a]!),
  }));
  const parts = [
    ...alone.map((graph, a) => ({ graph, source: offset[a]!, target: offset[a]!, factor: 1 })),
    ...network.between.map((graph) => ({
      graph,
      source: offset[graph.source]!,
      target: offset[graph.target]!,
      factor: coupling,
    })),
  ];
  const whole: WeightedGraph = {
    size: network.size,
    from: Int32Array.from(
      parts.flatMap(({ graph, source }) => [...graph.from].map((i) => i + source)),
    ),
    to: Int32Array.from(parts.flatMap(({ graph, target }) => [...graph.to].map((i) => i + target))),
    weights: Float64Array.from(
      parts.flatMap(({ graph, factor }) => [...graph.weights].map((w) => w * factor)),
    ),
  };
  if (whole.weights.some((w) => !(w >= 0) || !Number.isFinite(w))) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "spectralImportance",
      expected: "weights and factors of 0 or more",
      received: `${whole.weights.find((w) => !(w >= 0) || !Number.isFinite(w))}`,
    });
  }
  const together = drops(whole, measure);
  const own = alone.map((graph) => drops(graph, measure));
  const nodes = ranked(together.value, together.nodes, own, (drop) => drop.nodes);
  const links = ranked(together.value, together.links, own, (drop) => drop.links);
  return {
    measure,
    method,
    value: together.value,
    layers: own.map(({ value }) => value),
    top: { nodes: nodes.top, links: links.top },
    nodes: nodes.list.map(({ index, importance }) => ({
      at: network.at(index),
      index,
      ...importance,
    })),
    links: links.list.map(({ index, importance }) => ({
      from: network.at(whole.from[index]!),
      to: network.at(whole.to[index]!),
      ...importance,
    })),
  };
}

function checked(
  network: MultilayerNetwork,
  measure: ImportanceMeasure,
  { method, layerFactors }: SpectralImportanceOptions,
): "exact" | "firstOrder" {
  const refuse = (
    code: "USAGE" | "NOT_SUPPORTED" | "DATA_INVALID",
    where: string,
    expected: string,
    received: string,
  ): never => {
    throw new CoupletError({ code, where: `spectralImportance${where}`, expected, received });
  };
  if (network.directed)
    return refuse("NOT_SUPPORTED", "", "an undirected network", "directed links");
  if (!measures.includes(measure))
    return refuse("USAGE", ": measure", measures.join(", "), JSON.stringify(measure));
  if (method !== undefined && method !== "exact" && method !== "firstOrder")
    return refuse("USAGE", ": method", "exact or firstOrder", JSON.stringify(method));
  if (layerFactors !== undefined && layerFactors.length !== network.layers.length)
    return refuse(
      "DATA_INVALID",
      ": layerFactors",
      `${network.layers.length} numbers, one per layer`,
      `${layerFactors.length}`,
    );
  const links = [...network.layers, ...network.between].reduce((n, { from }) => n + from.length, 0);
  const exact = network.size * (network.size + links) <= exactLimit;
  return method ?? (exact ? "exact" : "firstOrder");
}

/** Items by their drop together, with both ranks. Items of the layers come first, in their order. */
function ranked(
  value: number,
  together: Float64Array,
  layers: readonly Drops[],
  of: (drops: Drops) => Float64Array,
): { readonly top: number; readonly list: { index: number; importance: Importance }[] } {
  const top = Math.max(1, Math.min(10, Math.ceil(together.length / 6)));
  const places = placed(together, value, top);
  const alone = layers.flatMap((drops) => placed(of(drops), drops.value, top));
  const list = places.map(({ drop, rank, worst }, index) => {
    const own = alone[index];
    return {
      index,
      importance: {
        together: drop,
        alone: own?.drop ?? null,
        rank,
        rankAlone: own?.rank ?? null,
        hidden: worst && own !== undefined && !own.worst,
      },
    };
  });
  list.sort((x, y) => x.importance.rank - y.importance.rank || x.index - y.index);
  return { top, list };
}

/** One drop among those of its list. */
interface Place {
  readonly drop: number;
  /** 1 for the largest; drops that differ by less than the eigen-solvers resolve share a rank. */
  readonly rank: number;
  /** Ranked among the `top` first, and above 0 by more than the eigen-solvers resolve. */
  readonly worst: boolean;
}

function placed(drops: Float64Array, value: number, top: number): Place[] {
  const order = Array.from(drops.keys()).sort((i, j) => drops[j]! - drops[i]! || i - j);
  const rank = new Array<number>(drops.length);
  // Eigenvalues are good to 1e-10 of the operator's norm, which is some times the value.
  const close = 1e-8 * Math.abs(value);
  order.forEach((i, k) => {
    const before = order[k - 1];
    rank[i] = before !== undefined && drops[before]! - drops[i]! <= close ? rank[before]! : k + 1;
  });
  return Array.from(drops, (drop, i) => ({
    drop,
    rank: rank[i]!,
    worst: rank[i]! <= top && drop > close,
  }));
}
