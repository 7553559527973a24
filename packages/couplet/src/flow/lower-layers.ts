/** Graphs of single layers of a flow: what checks, figures and the passes before training look at. `lower.ts` has those of whole flows. */
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import type { Value } from "../engine/value.ts";
import { concatenate } from "../engine/ops/gather-columns/op.ts";
import { begin, leftAt, rowAt, slice, wholeRow } from "./lower.ts";
import { layerPart } from "./parts/layer/layer.ts";
import { placesOf } from "./places.ts";
import type { FlowSpec } from "./spec/types.ts";
import { merged, stateOf } from "./state.ts";

/** The state after each layer and each layer's logDet: `state<i>` and `logDet<i>` for i = 1 .. layers. */
export function lowerLayers(spec: FlowSpec, layout: ParameterLayout): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  const places = placesOf(spec);
  const left: Value[] = [];
  let state = stateOf(x, spec.dims);
  for (const [i, layer] of spec.layers.entries()) {
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).encode({ b, context, ...places[i]! }, state, layer),
    );
    if (result.left !== undefined) left.push(result.left);
    const { dims } = places[i + 1]!;
    state = stateOf(merged(b, result.state, dims), dims);
    b.output(`state${i + 1}`, wholeRow(b, left, state, dims));
    if (result.logDet !== undefined) b.output(`logDet${i + 1}`, result.logDet);
  }
  return b.finish();
}

/** x in front of layer `from` -> x in front of layer `to`, rows x dims with what has left before. */
export function lowerBetween(
  spec: FlowSpec,
  layout: ParameterLayout,
  from: number,
  to: number,
): Graph {
  const { b, x, context } = begin(spec, "x", layout);
  const places = placesOf(spec);
  const row = rowAt(b, x, places[from]!);
  const left = [...row.left];
  let { state } = row;
  for (let i = from; i < to; i++) {
    const layer = spec.layers[i]!;
    const result = b.within(`layers[${i}]`, () =>
      layerPart(layer).encode({ b, context, ...places[i]! }, state, layer),
    );
    if (result.left !== undefined) left.push(result.left);
    state = result.state;
  }
  b.output("x", wholeRow(b, left, state, places[to]!.dims));
  return b.finish();
}

/** One layer's decode alone: z -> x. Parameters keep the names that they have in the whole flow. */
export function lowerLayerDecode(spec: FlowSpec, layout: ParameterLayout, i: number): Graph {
  const { b, x: z, context } = begin(spec, "z", layout);
  const layer = spec.layers[i]!;
  const places = placesOf(spec);
  const [before, after] = [places[i]!, places[i + 1]!];
  const { state: start } = rowAt(b, z, after);
  const { state } = b.within(`layers[${i}]`, () =>
    layerPart(layer).decode({ b, context, ...before }, start, layer, {
      logDet: false,
      ...leftAt(b, z, before, after),
    }),
  );
  const x = merged(b, state, before.dims);
  b.output("x", before.offset === 0 ? x : concatenate(b, [slice(b, z, 0, before.offset), x]));
  return b.finish();
}
