/** One layer of a flow by itself. */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import type { CallArguments } from "../flow/model/call-options.ts";
import { modelInputs } from "../flow/model/inputs.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { Rows } from "../flow/model/rows.ts";
import { rowAt, wholeRow } from "../flow/lower.ts";
import { placesOf } from "../flow/places.ts";
import { layerPart } from "../flow/parts/layer/layer.ts";
import type { LayerResult } from "../flow/parts/layer/layer-part.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import type { FlowStep } from "./layers.ts";

/**
 * What one layer makes of states: rows as they come to that layer, in any place, not those of data alone. So a coupling can be drawn as the
 * function that it is: its moving part over the moving part, for each value of the frozen one.
 *
 * @param layer number of the layer
 * @param states rows x dims, as `layers` gives them after the layer before
 * @throws CoupletError USAGE for a layer that the flow does not have; SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, DISPOSED
 */
export async function oneLayer<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  layer: number,
  states: Rows,
  ...[options]: CallArguments<Conditional>
): Promise<FlowStep> {
  const { spec, layout, runner } = model;
  checkLayer("oneLayer", spec, layer);
  const { rows, inputs } = modelInputs(model, "oneLayer", "z", states, options);
  const make = () => lowerOneLayer(spec, layout, layer);
  const outputs = await runner.run(`oneLayer${layer}`, make, inputs, rows, {
    signal: options?.signal,
  });
  const own = spec.layers[layer]!;
  return {
    layer,
    title: layerPart(own).title(own),
    state: new Float64Array(outputs.get("state")!),
    logDet: Float64Array.from(outputs.get("logDet") ?? new Float64Array(rows)),
  };
}

/** @throws CoupletError USAGE for a layer that the flow does not have */
export function checkLayer(where: string, spec: FlowSpec, layer: number): void {
  checkInteger(`${where}: layer`, layer, 0);
  if (layer >= spec.layers.length)
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: layer`,
      expected: `the number of a layer, below ${spec.layers.length}`,
      received: String(layer),
    });
}

/** z, the rows before the layer, to `state`, those after it, and `logDet`. */
function lowerOneLayer(spec: FlowSpec, layout: ParameterLayout, index: number): Graph {
  const { b, left, result } = emitLayer(spec, layout, index);
  const gone = result.left === undefined ? left : [...left, result.left];
  b.output("state", wholeRow(b, gone, result.state, placesOf(spec)[index + 1]!.dims));
  if (result.logDet !== undefined) b.output("logDet", result.logDet);
  return b.finish();
}

interface EmittedLayer {
  readonly b: GraphBuilder;
  /** What layers before have left of the row. */
  readonly left: ReturnType<typeof rowAt>["left"];
  readonly result: LayerResult;
}

/** A layer's nodes from z, the rows before it. Parameters keep the names that they have in the whole flow. */
export function emitLayer(spec: FlowSpec, layout: ParameterLayout, index: number): EmittedLayer {
  const b = new GraphBuilder(layout);
  const z = b.input("z", { kind: "rows", cols: spec.dims });
  const context =
    spec.context === 0 ? undefined : b.input("context", { kind: "rows", cols: spec.context });
  const places = placesOf(spec);
  const { left, state } = rowAt(b, z, places[index]!);
  const layer = spec.layers[index]!;
  const result = b.within(`layers[${index}]`, () =>
    layerPart(layer).encode({ b, context, ...places[index]! }, state, layer),
  );
  return { b, left, result };
}
