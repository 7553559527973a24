/** The order of the unknowns of a layered state: which (layer, node) sits at which index. */
import { CoupletError, nearest } from "couplet/kit";
import { refuseValue } from "../spec-value.ts";
import { mismatch } from "../linear-algebra/matrix/matrix.ts";

/** One layer of a layered state. */
export interface LayerSpec {
  readonly name: string;
  /** Number of unknowns of this layer. */
  readonly size: number;
  /**
   * The node that each unknown of the layer belongs to, ascending or not, none twice. Without it
   * unknown i is node i. A node that is missing from a layer is simply not in its index: it gets
   * no unknown (a dummy row would add a zero eigenvalue).
   */
  readonly index?: ArrayLike<number>;
}

/** Where one unknown of the whole state belongs. */
export interface NodePlace {
  readonly layer: string;
  readonly node: number;
}

/** The order of the unknowns: layers one after another, inside a layer in the order of its index. */
export interface NodeOrder {
  readonly layers: readonly LayerSpec[];
  /** Number of unknowns of the whole state. */
  readonly size: number;
  /** First unknown of a layer. */
  offset(layer: string): number;
  /** Index in the whole state of a node of a layer, or undefined if the node is missing there. */
  indexOf(layer: string, node: number): number | undefined;
  /** Layer and node of an unknown. */
  placeOf(index: number): NodePlace;
  /** The part of a real state vector that belongs to a layer, as a view. */
  part(x: Float64Array, layer: string): Float64Array;
}

/**
 * Builds the node order of a layered state.
 *
 * @throws CoupletError SPEC_INVALID for a repeated layer name; SHAPE_MISMATCH for an index of
 *   another length than its layer or with a repeated or negative node
 */
export function nodeOrder(layers: readonly LayerSpec[]): NodeOrder {
  const offsets = new Map<string, number>();
  const positions = new Map<string, Map<number, number>>();
  const starts: number[] = [];
  let size = 0;
  for (const [a, layer] of layers.entries()) {
    if (typeof layer?.name !== "string") refuseValue(`layers[${a}].name`, "a text", layer?.name);
    if (offsets.has(layer.name)) {
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `layer "${layer.name}"`,
        expected: "a name of its own",
        received: "a name that another layer has",
      });
    }
    if (!Number.isInteger(layer.size) || layer.size < 0) {
      throw mismatch(`layer "${layer.name}": size`, "an integer >= 0", String(layer.size));
    }
    if (layer.index !== undefined)
      positions.set(layer.name, positionsOf(layer.name, layer.size, layer.index));
    offsets.set(layer.name, size);
    starts.push(size);
    size += layer.size;
  }
  const named = new Map(layers.map((layer) => [layer.name, layer]));
  const layerNamed = (name: string): LayerSpec => {
    const layer = named.get(name);
    if (layer === undefined) throw unknownLayer(name, [...named.keys()]);
    return layer;
  };
  return {
    layers,
    size,
    offset: (name) => offsets.get(layerNamed(name).name)!,
    indexOf(name, node) {
      const layer = layerNamed(name);
      const inside = layer.index === undefined ? node : positions.get(name)!.get(node);
      if (inside === undefined || !Number.isInteger(inside) || inside < 0 || inside >= layer.size)
        return undefined;
      return offsets.get(name)! + inside;
    },
    placeOf(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw mismatch("placeOf: index", `an integer from 0 to ${size - 1}`, String(index));
      }
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= index) low = middle;
        else high = middle - 1;
      }
      const layer = layers[low]!;
      const inside = index - starts[low]!;
      return { layer: layer.name, node: layer.index === undefined ? inside : layer.index[inside]! };
    },
    part(x, name) {
      const layer = layerNamed(name);
      if (x.length !== size) throw mismatch("part: x", `${size} entries`, String(x.length));
      const start = offsets.get(name)!;
      return x.subarray(start, start + layer.size);
    },
  };
}

function positionsOf(name: string, size: number, index: ArrayLike<number>): Map<number, number> {
  if (index.length !== size)
    throw mismatch(`layer "${name}": index`, `${size} entries`, String(index.length));
  const positions = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const node = index[i]!;
    if (!Number.isInteger(node) || node < 0)
      throw mismatch(`layer "${name}": index[${i}]`, "a node number >= 0", String(node));
    if (positions.has(node))
      throw mismatch(`layer "${name}": index`, "each node once", `node ${node} twice`);
    positions.set(node, i);
  }
  return positions;
}

/** The error for a layer name that does not exist, with the nearest one that does. */
export function unknownLayer(name: string, allowed: readonly string[]): CoupletError {
  const near = nearest(name, allowed);
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "layer",
    expected: `one of ${allowed.map((a) => `"${a}"`).join(", ")}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}
