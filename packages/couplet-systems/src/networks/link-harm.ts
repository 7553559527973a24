import { byHarm, cascadeModel, type Dependency } from "./cascade.ts";
import { components, layerGraph } from "./graph.ts";
import type { MultilayerNetwork, NetworkLayer } from "./multilayer.ts";

/** The effect of removing one link inside a layer. */
export interface LinkHarm {
  readonly layer: string;
  readonly from: string;
  readonly to: string;
  /** State nodes that stop working in the coupled system, beyond those that do not work anyway. */
  readonly coupled: number;
  /** The same in its own layer alone, without dependencies. */
  readonly alone: number;
}

/**
 * The harm that the loss of each single link inside a layer does, in the coupled system and in its layer alone, most
 * harmful first. A link of a ring costs its layer nothing; one that feeds a single pump costs its layer little, and the
 * system as much as the pump does.
 *
 * @param pace called before each link
 * @throws CoupletError DATA_INVALID for unknown layers or nodes
 */
export async function linkHarm(
  network: MultilayerNetwork,
  dependencies: readonly Dependency[],
  pace: (done: number) => Promise<void> | void = () => {},
): Promise<LinkHarm[]> {
  const intact = cascadeModel(network, dependencies).run([]).survivors;
  const total = network.layers.reduce((sum, { from }) => sum + from.length, 0);
  const harms: (LinkHarm & { readonly index: number })[] = [];
  for (const [a, layer] of network.layers.entries()) {
    const whole = largestPart(network, a);
    for (let e = 0; e < layer.from.length; e++) {
      await pace(harms.length / total);
      const cut = {
        ...network,
        layers: network.layers.map((one, b) => (b === a ? without(one, e) : one)),
      };
      harms.push({
        index: harms.length,
        layer: layer.name,
        from: layer.nodes[layer.from[e]!]!,
        to: layer.nodes[layer.to[e]!]!,
        coupled: intact - cascadeModel(cut, dependencies).run([]).survivors,
        alone: whole - largestPart(cut, a),
      });
    }
  }
  return harms.sort(byHarm).map(({ index: _, ...harm }) => harm);
}

function largestPart(network: MultilayerNetwork, layer: number): number {
  const { sizes, largest } = components(layerGraph(network, layer));
  return largest < 0 ? 0 : sizes[largest]!;
}

function without(layer: NetworkLayer, link: number): NetworkLayer {
  const others = (_: number, e: number): boolean => e !== link;
  return {
    ...layer,
    from: layer.from.filter(others),
    to: layer.to.filter(others),
    weights: layer.weights.filter(others),
  };
}
