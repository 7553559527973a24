/** Where the nodes of a layered network stand in a picture. */
import { forceLayout, radialLayout } from "../layout.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import type { CascadeReport } from "./cascades.ts";

/** A layered network as points and lines. Positions are in the unit square of each layer's sheet. */
export interface NetworkDrawing {
  /** Where positions come from: a file, springs between linked nodes, or rings by distance from the centre. */
  readonly layout: "given" | "force" | "radial";
  readonly layers: readonly {
    readonly name: string;
    /** Index of the layer's first state node. */
    readonly first: number;
    readonly labels: readonly string[];
    /** x and y of each node in turn. */
    readonly positions: readonly number[];
    /** Pairs of nodes of this layer. */
    readonly links: readonly number[];
  }[];
  /** Pairs of state nodes joined across layers. */
  readonly between: readonly number[];
}

/** Springs cost n^2 a step: above this many nodes rings are drawn. */
const forceLimit = 700;

/** Lays a network out: by the positions of its file, else by springs, else in rings. */
export function drawingOf(
  network: MultilayerNetwork,
  cascades: CascadeReport | null,
): NetworkDrawing {
  const given = givenPositions(network);
  const layout =
    given !== undefined ? "given" : network.nodes.length <= forceLimit ? "force" : "radial";
  const shared = given ?? (layout === "force" ? sharedLayout(network) : undefined);
  const offset = network.layers.map(({ name }) => network.order.offset(name));
  return {
    layout,
    layers: network.layers.map((layer, a) => {
      const places = shared?.[a] ?? radialLayout(network, a);
      return {
        name: layer.name,
        first: offset[a]!,
        labels: layer.nodes.map((node) => network.nodeInfo.get(node)?.label ?? node),
        positions: places.flatMap(([x, y]) => [round(x), round(y)]),
        links: Array.from(layer.from, (from, e) => [from, layer.to[e]!]).flat(),
      };
    }),
    between:
      network.between.length > 0
        ? network.between.flatMap(({ source, target, from, to }) =>
            Array.from(from, (i, e) => [offset[source]! + i, offset[target]! + to[e]!]).flat(),
          )
        : (cascades?.needs.flat() ?? []),
  };
}

type Places = readonly (readonly [number, number])[];

const round = (x: number): number => Math.round(x * 1e4) / 1e4;

/** One place for each name, the same in all layers. */
function sharedLayout(network: MultilayerNetwork): Places[] {
  const places = forceLayout(network);
  const at = new Map(network.nodes.map((node, i) => [node, places[i]!]));
  return network.layers.map(({ nodes }) => nodes.map((node) => at.get(node)!));
}

/** Positions from the file, scaled to the unit square, if every node has one. */
function givenPositions(network: MultilayerNetwork): Places[] | undefined {
  const all = network.layers.map(({ nodes }) =>
    nodes.map((node) => {
      const info = network.nodeInfo.get(node);
      // A degree of longitude is shorter than one of latitude.
      if (info?.latitude !== undefined && info.longitude !== undefined)
        return [info.longitude * Math.cos((info.latitude * Math.PI) / 180), info.latitude] as const;
      return info?.x !== undefined && info.y !== undefined
        ? ([info.x, info.y] as const)
        : undefined;
    }),
  );
  const flat = all.flat();
  if (flat.some((place) => place === undefined)) return undefined;
  const known = flat as (readonly [number, number])[];
  const [left, bottom] = [0, 1].map((k) => Math.min(...known.map((place) => place[k]!)));
  const span = Math.max(
    ...[0, 1].map((k) => Math.max(...known.map((place) => place[k]!)) - [left, bottom][k]!),
  );
  if (!(span > 0)) return undefined;
  return all.map((places) =>
    places.map((place) => [(place![0] - left!) / span, (place![1] - bottom!) / span] as const),
  );
}
