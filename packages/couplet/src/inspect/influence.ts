/** Which variable reaches which through the layers of a flow, from its spec alone. */
import { layerPart } from "../flow/parts/layer/layer.ts";
import { placesOf } from "../flow/places.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { range } from "../flow/state.ts";

/** What {@link influence} gives. */
export interface Influence {
  /** Number of variables. */
  readonly dims: number;
  readonly layers: readonly LayerInfluence[];
  /** Number of layers after which every variable depends on every other; `undefined` when none does. */
  readonly complete: number | undefined;
}

/** What has reached what after a layer. */
export interface LayerInfluence {
  readonly layer: number;
  /** What the layer is, such as `coupling (affine)`. */
  readonly title: string;
  /** Position i after this layer may depend on position j before it: entry i * dims + j, 1 or 0. */
  readonly own: Uint8Array<ArrayBuffer>;
  /** Position i after this layer may depend on variable j of the row: entry i * dims + j, 1 or 0. */
  readonly reach: Uint8Array<ArrayBuffer>;
}

/**
 * Which variables of a row each variable may depend on after each layer of `encode`, whatever the parameters: from masks,
 * permutations and linear maps. Where it says 0 the Jacobian is 0 at every row; where it says 1 the Jacobian is different
 * from 0 at almost all parameters. A context reaches every variable that a coupling transforms, and is not shown.
 *
 * With R_l the boolean matrix of `own` of layer l, `reach` is R_l R_{l-1} ... R_1.
 */
export function influence(spec: FlowSpec): Influence {
  const { dims } = spec;
  const places = placesOf(spec);
  const layers: LayerInfluence[] = [];
  let before = matrixOf(
    range(dims).map((i) => [i]),
    dims,
  );
  let complete: number | undefined;
  for (const [i, layer] of spec.layers.entries()) {
    const part = layerPart(layer);
    const { dims: own, shape, offset } = places[i]!;
    // What has left before stays as it is.
    const sources = [
      ...range(offset).map((k) => [k]),
      ...part.sources(layer, own, shape).map((from) => from.map((k) => k + offset)),
    ];
    const reach = new Uint8Array(dims * dims);
    for (const [to, from] of sources.entries()) {
      for (const k of from)
        for (let j = 0; j < dims; j++) reach[to * dims + j]! |= before[k * dims + j]!;
    }
    layers.push({ layer: i, title: part.title(layer), own: matrixOf(sources, dims), reach });
    before = reach;
    if (complete === undefined && reach.every((value) => value === 1)) complete = i + 1;
  }
  return { dims, layers, complete };
}

function matrixOf(sources: readonly (readonly number[])[], dims: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(dims * dims);
  for (const [i, from] of sources.entries()) for (const j of from) out[i * dims + j] = 1;
  return out;
}
