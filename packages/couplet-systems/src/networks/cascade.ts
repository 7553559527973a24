import { CoupletError, requireOptions } from "couplet/kit";
import { refuseValue, requireNames, type NamesOf } from "../spec-value.ts";
import { components, layerGraph, type Graph } from "./graph.ts";
import type { MultilayerNetwork } from "./multilayer.ts";

/** How a cascade ended. */
export interface CascadeResult {
  /** 1 for each state node that still works, in the order of the network's supra matrices. */
  readonly alive: Uint8Array;
  readonly survivors: number;
  /** Survivors per layer. */
  readonly perLayer: readonly number[];
  /** State nodes that work after each stage: [after the removal, after layer 1 failed over, layer 2, ..., layer 1 again, ...]. */
  readonly stages: readonly number[];
  /** Passes over all layers until nothing changed, the last one included. */
  readonly rounds: number;
}

/**
 * The mutual giant component of a multiplex: repeat, for each layer, to keep only the nodes of the largest
 * component of that layer among the nodes alive in all layers, until nothing changes. (Ties: the component found
 * first in node order.) All layers must have the same nodes in the same order.
 *
 * @param removed nodes by position that are taken out at the start
 * @see Buldyrev et al. 2010, Nature 464, 1025
 */
export function mutualComponent(
  network: MultilayerNetwork,
  removed: Iterable<number> = [],
): { readonly alive: Uint8Array; readonly size: number; readonly rounds: number } {
  if (!network.aligned) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "mutualComponent",
      expected: "layers with the same nodes in the same order",
      received: "layers that differ",
      hint: "Give every layer the same `nodes`, or use cascade() with explicit dependencies.",
    });
  }
  return mutual(
    network.layers.map((_, a) => layerGraph(network, a)),
    removed,
  );
}

/** {@link mutualComponent} on graphs that share their nodes. */
export function mutual(
  graphs: readonly Graph[],
  removed: Iterable<number>,
): { readonly alive: Uint8Array; readonly size: number; readonly rounds: number } {
  const n = graphs[0]!.size;
  const alive = new Uint8Array(n).fill(1);
  for (const v of removed) alive[v] = 0;
  let size = alive.reduce((a, b) => a + b, 0);
  for (let rounds = 1; ; rounds++) {
    const before = size;
    for (const graph of graphs) {
      const { label, largest } = components(graph, alive);
      size = 0;
      for (let v = 0; v < n; v++) {
        alive[v] = alive[v] === 1 && label[v] === largest ? 1 : 0;
        size += alive[v]!;
      }
    }
    if (size === before) return { alive, size, rounds };
  }
}

/** The suppliers in another layer that nodes of a layer need. */
export interface Dependency {
  /** The layer whose nodes need something. */
  readonly layer: string;
  /** The layer that they need it from. */
  readonly on: string;
  /** For each node that needs something, the nodes that can supply it. A node that is not listed needs nothing. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** How many of its suppliers a node needs working; default 1 (any). `all` needs every one. */
  readonly atLeast?: number | "all";
}

/** A cascade prepared for many runs: neighbour lists and dependencies are built once. */
export interface CascadeModel {
  /** Runs the cascade after these state nodes (indices in the network's order) are taken out. */
  run(removed: Iterable<number>): CascadeResult;
}

function checkDependency(where: string, dependency: Dependency): void {
  requireOptions<NamesOf<Dependency>>(where, dependency, {
    layer: true,
    on: true,
    needs: true,
    atLeast: true,
  });
  requireNames(where, dependency, ["layer", "on"]);
  const given: unknown = dependency.needs;
  if (!(given instanceof Map)) refuseValue(`${where}.needs`, "a Map of nodes to suppliers", given);
  for (const [name, suppliers] of given)
    if (!Array.isArray(suppliers))
      refuseValue(`${where}, node "${String(name)}"`, "a list of suppliers", suppliers);
}

/**
 * Cascading failures of interdependent networks. A state node works while (1) it has not been taken out,
 * (2) enough of its suppliers in other layers work, and (3) it is in the largest component of its own layer. Layers are
 * updated one after another until nothing changes; failed nodes stay failed.
 *
 * @throws CoupletError USAGE for unknown names in a dependency; DATA_INVALID for unknown layers or nodes
 * @see Buldyrev et al. 2010, Nature 464, 1025; Parshani, Buldyrev & Havlin 2010, Phys. Rev. Lett. 105, 048701 (partial dependence)
 */
export function cascadeModel(
  network: MultilayerNetwork,
  dependencies: readonly Dependency[],
): CascadeModel {
  const graphs = network.layers.map((_, a) => layerGraph(network, a));
  const offsets = network.layers.map((layer) => network.order.offset(layer.name));
  // per layer: nodes that need something, their suppliers (global indices), and how many must work
  const needs = network.layers.map(
    (): { readonly node: number; readonly suppliers: Int32Array; readonly atLeast: number }[] => [],
  );
  if (!Array.isArray(dependencies as unknown))
    refuseValue("dependencies", "a list of dependencies", dependencies);
  dependencies.forEach((dependency, d) => {
    checkDependency(`dependencies[${d}]`, dependency);
    const at = network.layers.findIndex((layer) => layer.name === dependency.layer);
    if (at < 0) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `dependencies[${d}].layer`,
        expected: `one of ${network.layers.map((l) => l.name).join(", ")}`,
        received: `"${dependency.layer}"`,
      });
    }
    for (const [name, suppliers] of dependency.needs) {
      const atLeast = dependency.atLeast === "all" ? suppliers.length : (dependency.atLeast ?? 1);
      if (!(atLeast >= 0 && atLeast <= suppliers.length)) {
        throw new CoupletError({
          code: "DATA_INVALID",
          where: `dependencies[${d}], node "${name}"`,
          expected: `at least ${atLeast} suppliers`,
          received: `${suppliers.length}`,
        });
      }
      needs[at]!.push({
        node: network.indexOf(dependency.layer, name) - offsets[at]!,
        suppliers: Int32Array.from(suppliers, (s) => network.indexOf(dependency.on, s)),
        atLeast,
      });
    }
  });

  return {
    run(removed): CascadeResult {
      const alive = new Uint8Array(network.size).fill(1);
      for (const v of removed) alive[v] = 0;
      const count = (): number => alive.reduce((a, b) => a + b, 0);
      const stages = [count()];
      let rounds = 0;
      for (;;) {
        rounds++;
        const before = stages[stages.length - 1];
        graphs.forEach((graph, a) => {
          const own = alive.subarray(offsets[a], offsets[a]! + graph.size);
          for (const { node, suppliers, atLeast } of needs[a]!) {
            if (own[node] === 0) continue;
            let working = 0;
            for (const s of suppliers) working += alive[s]!;
            if (working < atLeast) own[node] = 0;
          }
          const { label, largest } = components(graph, own);
          for (let v = 0; v < graph.size; v++) if (label[v] !== largest) own[v] = 0;
          stages.push(count());
        });
        if (stages[stages.length - 1] === before) break;
      }
      return {
        alive,
        stages,
        rounds,
        survivors: stages[stages.length - 1]!,
        perLayer: graphs.map((graph, a) =>
          alive.subarray(offsets[a], offsets[a]! + graph.size).reduce((x, y) => x + y, 0),
        ),
      };
    },
  };
}

/** The harm that the loss of one state node does. */
export interface NodeHarm {
  readonly layer: string;
  readonly node: string;
  readonly index: number;
  /** State nodes that stop working in the coupled system, beyond those that do not work anyway. */
  readonly coupled: number;
  /** The same in its own layer alone, without dependencies. */
  readonly alone: number;
}

/** The harm of single losses, one at a time; see {@link nodeHarm}. */
export interface HarmModel {
  /** State nodes that work with nothing taken out. */
  readonly intact: number;
  /** The harm that the loss of the state node at an index does. */
  of(index: number): NodeHarm;
}

/**
 * Prepares {@link nodeHarm} for large systems, so that a caller can show progress or stop between nodes.
 * @throws CoupletError DATA_INVALID for unknown layers or nodes
 */
export function harmModel(
  network: MultilayerNetwork,
  dependencies: readonly Dependency[],
): HarmModel {
  const coupled = cascadeModel(network, dependencies);
  const intact = coupled.run([]);
  const layers = network.layers.map((layer, a) => {
    const graph = layerGraph(network, a);
    const whole = components(graph);
    return {
      graph,
      offset: network.order.offset(layer.name),
      before: whole.sizes[whole.largest]!,
      alive: new Uint8Array(layer.nodes.length).fill(1),
    };
  });
  return {
    intact: intact.survivors,
    of(index) {
      const [layer, node] = network.at(index);
      const a = network.layers.findIndex(({ name }) => name === layer);
      const { graph, offset, before, alive } = layers[a]!;
      alive[index - offset] = 0;
      const rest = components(graph, alive);
      alive[index - offset] = 1;
      const after = rest.largest < 0 ? 0 : rest.sizes[rest.largest]!;
      return {
        layer,
        node,
        index,
        coupled: intact.survivors - coupled.run([index]).survivors,
        alone: before - after,
      };
    },
  };
}

/** Most harmful first: by `coupled`, then `alone`, then order. */
export function byHarm(
  x: Pick<NodeHarm, "coupled" | "alone" | "index">,
  y: Pick<NodeHarm, "coupled" | "alone" | "index">,
): number {
  return y.coupled - x.coupled || y.alone - x.alone || x.index - y.index;
}

/**
 * The harm that the loss of each single state node does, in the coupled system and in its layer alone, most
 * harmful first (by `coupled`, then `alone`, then order).
 * @example
 * import { multilayerNetwork, nodeHarm } from "couplet-systems/networks";
 * const power = { name: "power", edges: [["a", "b"], ["b", "c"]] } as const;
 * const water = { name: "water", edges: [["p", "q"]] } as const;
 * const needs = new Map([["p", ["a"]], ["q", ["b"]]]);
 * const [worst] = nodeHarm(multilayerNetwork({ layers: [power, water] }), [{ layer: "water", on: "power", needs }]);
 */
export function nodeHarm(
  network: MultilayerNetwork,
  dependencies: readonly Dependency[],
): NodeHarm[] {
  const model = harmModel(network, dependencies);
  return Array.from({ length: network.size }, (_, index) => model.of(index)).sort(byHarm);
}
