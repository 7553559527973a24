import { CoupletError, checkOptions } from "couplet/kit";
import type { Dependency } from "./cascade.ts";
import { breadthFirstOrder, components, degrees, layerGraph } from "./graph.ts";
import type { MultilayerNetwork } from "./multilayer.ts";

/** Options of {@link matchedDependencies}. */
export interface MatchedDependencyOptions {
  /** The layer whose nodes need something, and the layer that supplies it. */
  readonly layer: string;
  readonly on: string;
  /** Every `every`-th node of `layer` needs something (in breadth-first order); default 1, all of them. */
  readonly every?: number;
  /** Number of suppliers of each node; default 1. They stand next to each other in the order of `on`. */
  readonly suppliers?: number;
  /** How many suppliers must work; default 1. */
  readonly atLeast?: number | "all";
}

/**
 * A dependency between two networks whose positions are not known, by a rule instead of a map.
 *
 * Both networks are put in breadth-first order from their node with most links, a stand-in for distance from the
 * centre: neighbours in the order are near each other in the network. Node i of n (in that order) of `layer`
 * then depends on the `suppliers` nodes of `on` around position (i + 1/2) / n of its order. The rule is deterministic
 * and gives neighbours neighbouring suppliers, as geography would; it does not describe real feeders.
 * Nodes outside the largest component of either layer take no part.
 */
export function matchedDependencies(
  network: MultilayerNetwork,
  options: MatchedDependencyOptions,
): Dependency {
  checkOptions("matchedDependencies", options, {
    layer: "",
    on: "",
    every: 0,
    suppliers: 0,
    atLeast: true,
  });
  const { every = 1, suppliers = 1, atLeast = 1 } = options;
  const order = (name: string): string[] => {
    const a = network.layers.findIndex((layer) => layer.name === name);
    if (a < 0) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: "matchedDependencies",
        expected: `one of the layers ${network.layers.map((l) => l.name).join(", ")}`,
        received: `"${name}"`,
      });
    }
    const graph = layerGraph(network, a);
    const { label, largest } = components(graph);
    return Array.from(breadthFirstOrder(graph))
      .filter((v) => label[v] === largest)
      .map((v) => network.layers[a]!.nodes[v]!);
  };
  const [own, other] = [order(options.layer), order(options.on)];
  for (const [name, value] of [
    ["every", every],
    ["suppliers", suppliers],
  ] as const) {
    if (!(Number.isInteger(value) && value >= 1))
      throw new CoupletError({
        code: "USAGE",
        where: `matchedDependencies.${name}`,
        expected: "an integer of 1 or more",
        received: `${value}`,
      });
  }
  const needs = new Map<string, readonly string[]>();
  for (let i = Math.floor((every - 1) / 2); i < own.length; i += every) {
    const centre = ((i + 0.5) / own.length) * other.length;
    const first = Math.max(
      0,
      Math.min(other.length - suppliers, Math.round(centre - suppliers / 2)),
    );
    needs.set(own[i]!, other.slice(first, first + suppliers));
  }
  return { layer: options.layer, on: options.on, needs, atLeast };
}

/** Nodes of a layer with most links first (ties in node order): what its operator alone would protect. */
export function byDegree(network: MultilayerNetwork, layer: string): string[] {
  const a = network.layers.findIndex((l) => l.name === layer);
  const degree = degrees(layerGraph(network, a));
  return network.layers[a]!.nodes.map((_, v) => v)
    .sort((v, w) => degree[w]! - degree[v]! || v - w)
    .map((v) => network.layers[a]!.nodes[v]!);
}
