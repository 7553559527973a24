/** A model in words and numbers, for people and for programs. */
import type { ModelView } from "./view.ts";
import { bases } from "../parts/base/base.ts";
import { layers as layerFamily } from "../parts/layer/layer.ts";

/** What `FlowModel.describe` gives. */
export interface FlowDescription {
  readonly dims: number;
  readonly context: number;
  readonly parameters: number;
  readonly base: string;
  readonly layers: readonly {
    readonly layer: number;
    readonly text: string;
    readonly parameters: number;
  }[];
  /** All of it, a line each. */
  readonly text: string;
}

export function describeFlow(model: ModelView): FlowDescription {
  const { spec, parameterList } = model;
  const size = (path: string) =>
    parameterList
      .filter(({ name }) => name.startsWith(`${path}.`))
      .reduce((sum, p) => sum + p.size, 0);
  const layers = spec.layers.map((layer, i) => ({
    layer: i,
    text: layerFamily.describe(layer),
    parameters: size(`layers[${i}]`),
  }));
  const base = bases.describe(spec.base);
  const context = spec.context === 0 ? "" : ` given ${spec.context} of context`;
  const text = [
    `flow of ${spec.dims} variables${context}, ${model.parameterCount.toLocaleString("en")} parameters, base ${base}`,
    ...layers.map(
      ({ layer, text: line, parameters }) =>
        `  ${layer}  ${line}  (${parameters.toLocaleString("en")})`,
    ),
  ].join("\n");
  return {
    dims: spec.dims,
    context: spec.context,
    parameters: model.parameterCount,
    base,
    layers,
    text,
  };
}
